//! What is said in the place of the panels until they come, or when they do not.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use gloo_events::EventListener;
use web_sys::Element;

use super::document;
use crate::locale::Words;

/// The places that index.html keeps free: for a word under the stage, and for notices.
const WORD: &str = "coming";
const NOTICES: &str = "notices";

/// Waits for the panels.
pub struct Waiting {
    words: Words,
    notice: RefCell<Option<Notice>>,
}

/// The word that they did not come. It stays while they are fetched again, and with it the focus.
struct Notice {
    text: Element,
    busy: Rc<Cell<bool>>,
    _pressed: EventListener,
}

impl Waiting {
    /// In this language.
    pub const fn new(words: Words) -> Self {
        Self { words, notice: RefCell::new(None) }
    }

    /// The picture runs, and they are on their way.
    pub fn coming(&self) {
        if self.notice.borrow().is_none() {
            say(WORD, self.words.ui_later_coming());
        }
    }

    /// They did not come; `again` is called when somebody asks for it.
    pub fn failed(&self, again: impl Fn() + 'static) {
        say(WORD, "");
        let mut notice = self.notice.borrow_mut();
        match &*notice {
            Some(notice) => {
                notice.busy.set(false);
                notice.text.set_text_content(Some(self.words.ui_later_failed()));
            }
            None => *notice = self.notice(again),
        }
    }

    /// Plain DOM: what would make it a component did not come.
    fn notice(&self, again: impl Fn() + 'static) -> Option<Notice> {
        let (document, words) = (document::document()?, self.words);
        let child = |tag: &str, class: &str, parent: &Element| -> Option<Element> {
            let element = document.create_element(tag).ok()?;
            element.set_class_name(class);
            parent.append_child(&element).ok()?;
            Some(element)
        };
        let notice = child("div", "notice bad", &document.get_element_by_id(NOTICES)?)?;
        let text = child("p", "", &notice)?;
        text.set_text_content(Some(words.ui_later_failed()));
        let button = child("button", "button strong", &notice)?;
        button.set_attribute("type", "button").ok()?;
        button.set_text_content(Some(words.ui_later_again()));
        let busy = Rc::new(Cell::new(false));
        let (said, asked) = (text.clone(), busy.clone());
        let pressed = EventListener::new(&button, "click", move |_| {
            if !asked.replace(true) {
                said.set_text_content(Some(words.ui_later_coming()));
                again();
            }
        });
        Some(Notice { text, busy, _pressed: pressed })
    }
}

fn say(id: &str, text: &str) {
    if let Some(place) = document::element(id) {
        place.set_text_content(Some(text));
    }
}
