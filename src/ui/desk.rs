//! What every panel has at hand: the language, the page's memory, and the door to the session.

use yew::prelude::*;

use super::state::{Ui, UiAction};
use crate::lens::handle::Handle;
use crate::locale::Words;
use crate::scene::view::Entity;

/// What happens at a press.
pub type Press = Callback<MouseEvent>;

/// One page's desk. Two are equal if a panel shows the same with both.
#[derive(Clone, PartialEq)]
pub struct Desk {
    /// The language.
    pub words: Words,
    /// The page's memory.
    pub ui: Ui,
    /// The door to the session.
    pub handle: Handle,
}

impl Desk {
    /// The desk of a page with this memory.
    pub fn new(ui: Ui, handle: Handle) -> Self {
        Self { words: ui.words(), ui, handle }
    }

    /// A press that changes the page's memory.
    pub fn press(&self, action: UiAction) -> Press {
        let ui = self.ui.dispatcher();
        Callback::from(move |_| ui.dispatch(action.clone()))
    }

    /// A press that chooses a thing.
    pub fn choose(&self, entity: Entity) -> Press {
        self.press(UiAction::Choose(Some(entity)))
    }

    /// A press that has the session do something.
    pub fn act(&self, act: fn(&Handle)) -> Press {
        let handle = self.handle.clone();
        Callback::from(move |_| act(&handle))
    }
}
