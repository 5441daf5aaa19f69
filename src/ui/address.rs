//! The address bar: it holds a link to what is on screen, written when a person did something and
//! when the page is left, never on the way of the back button.

use std::cell::RefCell;
use std::rc::Rc;

use gloo_events::EventListener;
use wasm_bindgen::JsValue;
use web_sys::Window;

use super::arrival::{self, Greeting};
use super::desk::Desk;
use crate::lens::document::document;
use crate::lens::handle::{Handle, Put};
use crate::lens::tape;
use crate::session::link::{Saved, View, Wrong};
use crate::session::{Clock, Pace};
use crate::sim::Time;

/// What a link's fragment begins with.
const MARK: &str = "#s=";
/// A longer line is no link: chats and mail programs cut it. (Browsers bear more.)
pub const LONGEST: usize = 8_000;
/// So long after the last change it is written, in milliseconds of the eye.
const REST_MS: f64 = 500.0;

/// What differs whenever a person has done something; it does not while time merely passes.
#[derive(Clone, Copy, PartialEq)]
struct Mark {
    put: Put,
    commands: usize,
    /// Moments that were gone to, and futures that were gone into.
    jumps: u32,
    playing: bool,
    pace: Pace,
    /// The moment, while time stands still.
    held_at: Option<Time>,
}

fn mark(handle: &Handle) -> Mark {
    let put = handle.put();
    handle.read(|session| {
        let Clock { now, playing, pace, .. } = session.clock();
        let commands = session.timeline().commands().len();
        Mark {
            put,
            commands,
            jumps: session.jumps(),
            playing,
            pace,
            held_at: Some(now).filter(|_| !playing),
        }
    })
}

/// What the address says, and what it should.
pub struct Address {
    handle: Handle,
    view: View,
    /// What was seen last.
    seen: (Mark, View),
    /// How long nothing has changed, if something did since it was written.
    rested: Option<f64>,
    /// Whether a person has done anything: until then the address needs no link.
    used: bool,
}

impl Address {
    /// Of a page that begins.
    pub fn new(handle: Handle, view: View) -> Self {
        let seen = (mark(&handle), view.clone());
        Self { handle, view, seen, rested: None, used: false }
    }

    /// It is looked at in this way from now on.
    pub fn look(&mut self, view: View) {
        self.view = view;
    }

    /// So many milliseconds passed. Whether the browser keeps it, if it was written.
    pub fn after(&mut self, elapsed: f64) -> Option<bool> {
        let mark = mark(&self.handle);
        if mark != self.seen.0 || self.view != self.seen.1 {
            self.seen = (mark, self.view.clone());
            (self.rested, self.used) = (Some(0.0), true);
        }
        let rested = self.rested.as_mut()?;
        *rested += elapsed;
        if *rested < REST_MS {
            return None;
        }
        self.write()
    }

    /// The page is left: now or never.
    pub fn leave(&mut self) {
        if self.used {
            self.write();
        }
    }

    fn write(&mut self) -> Option<bool> {
        self.rested = None;
        let view = self.view.clone();
        let line = self.handle.read(|session| Saved::of(session, view).write());
        // What no link can hold is not to be mistaken for what one held before.
        show(line.as_deref().ok().filter(|line| line.len() <= LONGEST));
        line.ok().map(|line| tape::save(&line))
    }
}

/// Puts a line into the address, or takes out what is there.
fn show(line: Option<&str>) -> Option<()> {
    let address = match line {
        Some(line) => [MARK, line].concat(),
        None => href()?.split('#').next()?.to_owned(),
    };
    let history = window()?.history().ok()?;
    // Some browsers allow only so many in a while: the next one comes with the next change.
    history.replace_state_with_url(&JsValue::NULL, "", Some(&address)).ok()
}

#[cfg(target_arch = "wasm32")]
fn window() -> Option<Window> {
    web_sys::window()
}

#[cfg(not(target_arch = "wasm32"))]
fn window() -> Option<Window> {
    None
}

fn href() -> Option<String> {
    window()?.location().href().ok()
}

/// The line in the page's address.
pub fn line() -> Option<String> {
    href()?.split_once(MARK).map(|(_, line)| line.to_owned())
}

/// The link of a line. What the address asks for besides is the asker's affair, and left out.
pub fn link(line: &str) -> Option<String> {
    let href = href()?;
    let page = href.split(['?', '#']).next()?;
    Some([page, MARK, line].concat())
}

/// What a line or a whole link says.
pub fn line_of(text: &str) -> &str {
    text.split_once(MARK).map_or(text, |(_, line)| line).trim()
}

/// What is on screen as a line.
///
/// # Errors
/// If no line can hold it.
pub fn written(desk: &Desk) -> Result<String, Wrong> {
    let view = desk.ui.view();
    desk.handle.read(|session| Saved::of(session, view).write())
}

/// Opens the line that the page began with, and those that come into its address; writes the last
/// one when the page is left. As long as what it returns is kept.
pub fn watch(desk: &Desk, address: &Rc<RefCell<Address>>) -> Vec<EventListener> {
    if let Some(line) = line() {
        arrival::open(desk, desk.words.ui_link(), &line, Greeting::First);
    }
    let (Some(document), Some(window)) = (document(), window()) else { return Vec::new() };
    let (came, hidden, left) = (desk.clone(), address.clone(), address.clone());
    vec![
        EventListener::new(&window, "hashchange", move |_| {
            if let Some(line) = line() {
                arrival::open(&came, came.words.ui_link(), &line, Greeting::Return);
            }
        }),
        EventListener::new(&document, "visibilitychange", move |_| {
            hidden.borrow_mut().leave();
        }),
        EventListener::new(&window, "pagehide", move |_| left.borrow_mut().leave()),
    ]
}

#[cfg(test)]
mod tests {
    use super::line_of;

    #[test]
    fn a_whole_link_is_as_good_as_its_line() {
        assert_eq!(line_of("https://host/page/?lang=en#s=AQcB\n"), "AQcB");
        assert_eq!(line_of(" AQcB "), "AQcB");
    }
}
