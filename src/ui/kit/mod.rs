//! THE CONTROLS. Buttons, choices, numbers, dialogs: what every panel is furnished with.
//! Who may knock: the panels of `ui`, with words and callbacks in hand.
//! Never here: Kafka, the session, or a word of any language.

mod button;
mod choice;
mod icon;
mod menu;
mod number;
mod pick;
mod scale;
mod sentence;
mod tabs;
mod text;

pub use button::{Button, told};
pub use choice::{Choice, choice};
pub use icon::{Sign, icon};
pub use menu::{Menu, enter, menu};
pub use number::{Measure, Number};
pub use pick::pick;
pub use scale::{from_scale, to_scale};
pub use sentence::{refused, sentence};
pub use tabs::{Tabs, tabs};
pub use text::{Text, text, typed};
