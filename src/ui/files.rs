//! Scenario files: read, and played only if they are good.

use wasm_bindgen_futures::spawn_local;
use web_sys::File;

use super::desk::Desk;
use super::scenario_file;
use super::state::{Opened, UiAction};
use crate::session::Session;

/// Reads a file. The session on the deck is kept unless the file is good.
pub fn open(desk: &Desk, file: File) {
    let desk = desk.clone();
    spawn_local(async move {
        let read = scenario_file::read(desk.words, &file).await;
        put(&desk, file.name(), read);
    });
}

/// The same with what a file would hold, under the name by which it is known.
pub fn open_text(desk: &Desk, name: &'static str, text: &'static str) {
    let desk = desk.clone();
    spawn_local(async move {
        let read = scenario_file::read_text(desk.words, text).await;
        put(&desk, name.to_owned(), read);
    });
}

fn put(desk: &Desk, name: String, read: Result<Session, String>) {
    let opened = match read {
        Ok(session) => {
            desk.handle.replace(session);
            Opened::Good(name)
        }
        Err(why) => Opened::Bad(name, why),
    };
    desk.ui.dispatch(UiAction::Opened(opened));
}
