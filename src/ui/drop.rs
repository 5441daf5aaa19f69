//! Scenario files that are dropped on the page.

use web_sys::{DragEvent, File};
use yew::prelude::*;

use super::desk::Desk;
use super::later;
use super::state::{Opened, UiAction};

/// Hands for files that are dragged over the page.
pub struct Hands {
    /// One is held over the page.
    pub over: Callback<DragEvent>,
    /// It was taken away again.
    pub leave: Callback<DragEvent>,
    /// It was let go here.
    pub drop: Callback<DragEvent>,
}

/// Reads a file, as soon as the part of the page that can is here.
pub fn open(desk: &Desk, file: File) {
    match later::rest() {
        Some(rest) => (rest.open)(desk, file),
        None => desk.fetch(|desk, rest| (rest.open)(desk, file)),
    }
}

/// Takes files that are dropped.
pub fn hands(desk: &Desk) -> Hands {
    let tells = |opened: Opened| {
        let ui = desk.ui.dispatcher();
        Callback::from(move |event: DragEvent| {
            event.prevent_default();
            ui.dispatch(UiAction::Opened(opened.clone()));
        })
    };
    let (leave, to) = (tells(Opened::Nothing), desk.clone());
    let left = leave.clone();
    let drop = Callback::from(move |event: DragEvent| {
        let files = event.data_transfer().and_then(|transfer| transfer.files());
        if let Some(file) = files.and_then(|files| files.item(0)) {
            open(&to, file);
        }
        left.emit(event);
    });
    Hands { over: tells(Opened::Hovering), leave, drop }
}
