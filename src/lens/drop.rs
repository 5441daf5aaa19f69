//! Files that are dragged over the page, and let go.

use gloo_events::{EventListener, EventListenerOptions, EventListenerPhase};
use wasm_bindgen::JsCast;
use web_sys::{DragEvent, Event};

use super::document;
use super::picture::{Lens, News};

/// Tells of files that are dragged over the page, until it is dropped itself.
pub fn hands(lens: &Lens) -> Vec<EventListener> {
    let Some(page) = document::element(document::PAGE) else { return Vec::new() };
    let listen = |name: &'static str, read: fn(&Event) -> News| {
        let lens = lens.clone();
        // Active listeners: the browser would leave the page and show the file.
        let options = EventListenerOptions { phase: EventListenerPhase::Bubble, passive: false };
        EventListener::new_with_options(&page, name, options, move |event| {
            event.prevent_default();
            lens.tell(read(event));
        })
    };
    vec![
        listen("dragover", |_| News::Held(true)),
        listen("dragleave", |_| News::Held(false)),
        listen("drop", dropped),
    ]
}

fn dropped(event: &Event) -> News {
    let transfer = event.dyn_ref::<DragEvent>().and_then(|event| event.data_transfer());
    let files = transfer.and_then(|transfer| transfer.files());
    files.and_then(|files| files.item(0)).map_or(News::Held(false), News::Dropped)
}
