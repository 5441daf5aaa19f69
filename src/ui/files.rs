//! Scenario files: read, and played only if they are good.

use web_sys::File;

use super::desk::Desk;
use super::scenario_file;
use super::state::{Opened, UiAction};

/// Reads a file. The session on the deck is kept unless the file is good.
pub fn open(desk: &Desk, file: File) {
    let desk = desk.clone();
    wasm_bindgen_futures::spawn_local(async move {
        let name = file.name();
        let opened = match scenario_file::read(desk.words, &file).await {
            Ok(session) => {
                desk.handle.replace(session);
                Opened::Good(name)
            }
            Err(why) => Opened::Bad(name, why),
        };
        desk.ui.dispatch(UiAction::Opened(opened));
    });
}
