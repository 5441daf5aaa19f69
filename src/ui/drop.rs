//! Scenario files: dropped on the page or chosen, read, and played only if they are good.

use std::rc::Rc;

use web_sys::{DragEvent, File};
use yew::prelude::*;

use super::handle::use_handle;
use super::scenario_file;
use crate::locale::Words;

/// What became of a file.
#[derive(Clone, Debug, PartialEq)]
pub enum Opened {
    /// There was none, or its notice was closed.
    Nothing,
    /// One is held over the page.
    Hovering,
    /// It plays; its name.
    Good(String),
    /// It does not; its name, and why.
    Bad(String, String),
}

/// Hands for files.
pub struct Files {
    /// What became of the last one.
    pub opened: Opened,
    /// Takes a file that was chosen.
    pub on_file: Callback<File>,
    /// One is held over the page.
    pub on_over: Callback<DragEvent>,
    /// It was taken away again.
    pub on_leave: Callback<DragEvent>,
    /// It was let go here.
    pub on_drop: Callback<DragEvent>,
    /// The notice is to go.
    pub on_done: Callback<()>,
}

/// Takes files. The session on the deck is kept unless the file is good.
#[hook]
pub fn use_files(words: Words) -> Files {
    let opened = use_state_eq(|| Opened::Nothing);
    let handle = use_handle();
    let put = {
        let opened = opened.clone();
        Rc::new(move |to: Opened| opened.set(to))
    };
    let on_file = {
        let put = put.clone();
        Callback::from(move |file: File| {
            let (put, handle) = (put.clone(), handle.clone());
            wasm_bindgen_futures::spawn_local(async move {
                let name = file.name();
                let read = scenario_file::read(words, &file).await;
                put(match (read, handle) {
                    (Ok(session), Some(handle)) => {
                        handle.replace(session);
                        Opened::Good(name)
                    }
                    (Err(why), _) => Opened::Bad(name, why),
                    (Ok(_), None) => Opened::Nothing,
                });
            });
        })
    };
    let on_over = {
        let put = put.clone();
        Callback::from(move |event: DragEvent| {
            event.prevent_default();
            put(Opened::Hovering);
        })
    };
    let nothing = {
        let put = put.clone();
        Callback::from(move |()| put(Opened::Nothing))
    };
    let on_drop = {
        let (put, on_file) = (put, on_file.clone());
        Callback::from(move |event: DragEvent| {
            event.prevent_default();
            put(Opened::Nothing);
            let files = event.data_transfer().and_then(|transfer| transfer.files());
            if let Some(file) = files.and_then(|files| files.item(0)) {
                on_file.emit(file);
            }
        })
    };
    Files {
        opened: (*opened).clone(),
        on_file,
        on_over,
        on_leave: nothing.reform(|_: DragEvent| ()),
        on_drop,
        on_done: nothing,
    }
}
