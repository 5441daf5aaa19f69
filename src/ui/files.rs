//! Scenario files: read, and played only if they are good.

use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::File;

use super::address;
use super::arrival::{self, Greeting};
use super::desk::Desk;
use super::scenario_file;
use super::state::{Opened, UiAction};
use crate::session::Session;
use crate::session::link::LONGEST;

/// What the name of a session's file ends with. It holds the very line that a link does, so that
/// there is one thing to read, to limit and to keep readable; scenarios that people write are TOML.
pub const SESSION: &str = ".kafkascope";

async fn open_session(desk: &Desk, file: File) {
    // A link around the line may take a little more.
    let text = if file.size() <= (LONGEST + 4_096) as f64 {
        JsFuture::from(file.text()).await.ok().and_then(|text| text.as_string())
    } else {
        None
    };
    // What is no text is no line either, and is answered so.
    let text = text.unwrap_or_default();
    arrival::open(desk, &file.name(), address::line_of(&text), Greeting::Return);
}

/// Reads a file. The session on the deck is kept unless the file is good.
pub fn open(desk: &Desk, file: File) {
    let desk = desk.clone();
    spawn_local(async move {
        if file.name().ends_with(SESSION) {
            return open_session(&desk, file).await;
        }
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
