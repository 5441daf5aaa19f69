//! THE CONTROLS. Buttons, choices, numbers, dialogs: what every panel is furnished with.
//! Who may knock: the panels of `ui`, with words and callbacks in hand.
//! Never here: Kafka, the session, or a word of any language.

mod button;
mod choice;
mod dialog;
mod icon;
mod menu;
mod number;
mod pick;
mod refused;
mod scale;
mod sentence;
mod tabs;
mod text;

pub use button::Button;
pub use choice::Choice;
pub use dialog::Dialog;
pub use icon::{Icon, Sign};
pub use menu::Menu;
pub use number::Number;
pub use pick::Pick;
pub use refused::Refused;
pub use scale::{from_scale, to_scale};
pub use sentence::Sentence;
pub use tabs::Tabs;
pub use text::{Text, typed};
