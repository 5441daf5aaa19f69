//! The page around the panels: where the focus is, and what the screen prefers.

use std::rc::Rc;

use gloo_events::EventListener;
use gloo_timers::callback::Timeout;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, KeyboardEvent};

use crate::lens::document::{CALM, document, element, media, prefers};

/// What has the focus now.
pub fn focused() -> Option<HtmlElement> {
    document()?.active_element()?.dyn_into().ok()
}

/// Puts the focus on the element with this id.
pub fn focus(id: &str) {
    focus_on(element(id));
}

/// Puts the focus on a child of the element with this id; of a list's line, on what is in it.
pub fn focus_within(id: &str, index: usize) {
    let child = element(id).and_then(|it| it.children().item(u32::try_from(index).ok()?));
    focus_on(child.map(|child| child.first_element_child().unwrap_or(child)));
}

fn focus_on(element: Option<Element>) {
    if let Some(element) = element.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
        // A place that cannot take the focus leaves it where it is.
        let _ = element.focus();
    }
}

/// Where a pressed key leads in a row of so many; the first key goes back, the second forth.
pub fn moved(event: &KeyboardEvent, keys: [&str; 2], at: usize, count: usize) -> Option<usize> {
    let key = event.key();
    let to = match key.as_str() {
        key if key == keys[0] => (at + count - 1) % count,
        key if key == keys[1] => (at + 1) % count,
        "Home" => 0,
        "End" => count - 1,
        _ => return None,
    };
    event.prevent_default();
    Some(to)
}

/// Goes on with something long, until it returns false; between two slices the page is free.
pub fn in_slices(mut slice: Box<dyn FnMut() -> bool>) {
    let next = move || {
        if slice() {
            in_slices(slice);
        }
    };
    Timeout::new(0, next).forget();
}

/// What the screen is, and what it prefers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Screen {
    /// There is room for the inspector and another panel at once.
    pub wide: bool,
    /// It is a phone's.
    pub phone: bool,
    /// Things should not fly.
    pub calm: bool,
}

/// The queries that tell.
const QUERIES: [&str; 3] = ["(min-width: 1600px)", "(max-width: 599px)", CALM];

/// What the screen is now.
pub fn screen() -> Screen {
    let [wide, phone, calm] = QUERIES.map(prefers);
    Screen { wide, phone, calm }
}

/// Tells what the screen is, now and whenever that changes, while what it returns is kept.
pub fn watch_screen(tell: impl Fn(Screen) + 'static) -> Vec<EventListener> {
    tell(screen());
    let tell = Rc::new(tell);
    let lists = QUERIES.iter().filter_map(|query| media(query));
    let listen = |list: web_sys::MediaQueryList| {
        let (tell, target) = (tell.clone(), list.clone());
        // A list that nobody holds may stop telling.
        EventListener::new(&target, "change", move |_| {
            let _ = &list;
            tell(screen());
        })
    };
    lists.map(listen).collect()
}
