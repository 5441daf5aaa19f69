//! What is said in the place of the narration until the panels come, or when they do not.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use gloo_events::EventListener;
use web_sys::Element;

use super::document;
use crate::locale::Words;

/// The line that index.html puts there.
const LINE: &str = "coming";

/// Waits for the panels.
pub struct Waiting {
    words: Words,
    again: RefCell<Option<Again>>,
}

/// The button to try again. It stays while they are fetched again, and with it the focus.
struct Again {
    busy: Rc<Cell<bool>>,
    _pressed: EventListener,
}

impl Waiting {
    /// In this language.
    pub const fn new(words: Words) -> Self {
        Self { words, again: RefCell::new(None) }
    }

    /// The picture runs, and they are on their way.
    pub fn coming(&self) {
        if self.again.borrow().is_none() {
            coming(self.words);
        }
    }

    /// They did not come; `again` is called when somebody asks for it.
    pub fn failed(&self, again: impl Fn() + 'static) {
        say(self.words.ui_later_failed(), "narration alarm");
        let mut button = self.again.borrow_mut();
        match &*button {
            Some(button) => button.busy.set(false),
            None => *button = self.button(again),
        }
    }

    /// Plain DOM: what would make it a component did not come.
    fn button(&self, again: impl Fn() + 'static) -> Option<Again> {
        let words = self.words;
        let button = document::document()?.create_element("button").ok()?;
        button.set_class_name("button strong");
        button.set_text_content(Some(words.ui_later_again()));
        bar()?.append_child(&button).ok()?;
        let busy = Rc::new(Cell::new(false));
        let asked = busy.clone();
        let pressed = EventListener::new(&button, "click", move |_| {
            if !asked.replace(true) {
                coming(words);
                again();
            }
        });
        Some(Again { busy, _pressed: pressed })
    }
}

fn coming(words: Words) {
    say(words.ui_later_coming(), "narration");
}

fn say(text: &str, class: &str) {
    if let (Some(line), Some(bar)) = (document::element(LINE), bar()) {
        line.set_text_content(Some(text));
        bar.set_class_name(class);
    }
}

/// What the line stands in.
fn bar() -> Option<Element> {
    document::element(LINE)?.parent_element()
}
