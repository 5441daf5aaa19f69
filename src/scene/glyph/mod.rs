//! The grammar: one shape, one meaning, in every view. Geometry only; knows no world.
//!
//! Who may knock: the nouns of `scene`, and the legend. Never here: layout, or a reason to draw.

pub mod badge;
pub mod link;
pub mod mark;
pub mod message;
pub mod node;
pub mod record;
pub mod role;
pub mod segment;
pub mod transaction;
