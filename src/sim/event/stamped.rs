//! Events with their places in the story.

use serde::{Deserialize, Serialize};

use super::Event;
use crate::sim::id::{Node, Seq};
use crate::sim::time::Time;

/// An event with its place in the story.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Stamped {
    pub at: Time,
    /// Where it happened.
    pub node: Node,
    /// The message that was being handled, if one was.
    pub cause: Option<Seq>,
    pub event: Event,
}
