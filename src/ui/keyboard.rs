//! What pressed keys do.

use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlInputElement, KeyboardEvent};
use yew::prelude::*;

use super::keys::{self, Act};
use super::paces::{self, STOPS};
use super::page;
use super::state::{List, Plate, UiAction, UiState};
use super::time::seeking::go;
use super::time::until;
use crate::lens::handle::Handle;
use crate::locale::Lang;
use crate::session::mark::Kind;
use crate::sim::Command;
use crate::sim::process::Power;

/// The page's memory, to be told what a key does.
type Dispatch = UseReducerDispatcher<UiState>;

/// A key was pressed somewhere on the page; characters may act, or not.
pub fn pressed(event: &KeyboardEvent, ui: &Dispatch, handle: &Handle, shortcuts: bool) {
    if event.default_prevented() || event.alt_key() {
        return;
    }
    let mut key = event.key();
    if event.ctrl_key() || event.meta_key() {
        let shift = if event.shift_key() { "shift+" } else { "" };
        key = ["ctrl+", shift, &key.to_lowercase()].concat();
    }
    let Some(act) = keys::act(&key) else { return };
    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    let character = keys::is_character(&key);
    if character && !shortcuts {
        return;
    }
    if let Some(target) = &target {
        // Letters belong to those who type, and Space to what it presses.
        if (character || matches!(act, Act::Undo | Act::Redo)) && types(target)
            || act == Act::PlayPause && presses(target)
        {
            return;
        }
    }
    event.prevent_default();
    perform(act, ui, handle);
}

fn types(target: &Element) -> bool {
    match target.tag_name().as_str() {
        "TEXTAREA" | "SELECT" => true,
        "INPUT" => {
            let kind = target.dyn_ref::<HtmlInputElement>().map(|input| input.type_());
            !matches!(kind.as_deref(), Some("radio" | "checkbox" | "range" | "button"))
        }
        _ => target.has_attribute("contenteditable"),
    }
}

fn presses(target: &Element) -> bool {
    matches!(target.tag_name().as_str(), "BUTTON" | "INPUT" | "A" | "SUMMARY")
}

fn perform(act: Act, ui: &Dispatch, handle: &Handle) {
    match act {
        Act::PlayPause => handle.play_pause(),
        Act::Step => handle.step(),
        Act::StepBack => handle.step_back(),
        Act::PlayBack => handle.play_back_pause(),
        Act::MarkBefore => to_mark(false, handle),
        Act::MarkAfter => to_mark(true, handle),
        Act::Undo => _ = handle.undo(),
        Act::Redo => _ = handle.redo(),
        Act::Slower | Act::Faster => {
            let pace = handle.read(|session| session.clock().pace);
            handle.set_pace(paces::shifted(pace, act == Act::Faster));
        }
        Act::Pace(index) => {
            if let Some(stop) = STOPS.get(usize::from(index)) {
                handle.set_pace(stop.pace());
            }
        }
        Act::Next => choose_next(1, ui, handle),
        Act::Previous => choose_next(-1, ui, handle),
        Act::Crash => power(true, ui, handle),
        Act::Start => power(false, ui, handle),
        Act::Add => {
            ui.dispatch(UiAction::List(Some(List::Add)));
            page::focus(List::Add.id());
        }
        Act::Language => {
            let now = handle.look().lang;
            let at = Lang::ALL.iter().position(|lang| *lang == now).unwrap_or(0);
            ui.dispatch(UiAction::Speak(Lang::ALL[(at + 1) % Lang::ALL.len()]));
        }
        Act::Share => ui.dispatch(UiAction::Toggle(Plate::Share)),
        Act::Message => until::next_message(handle),
        Act::Until => ui.dispatch(UiAction::Toggle(Plate::Until)),
        Act::Help => ui.dispatch(UiAction::Toggle(Plate::Help)),
        Act::Escape => ui.dispatch(UiAction::Escape),
    }
}

/// To the mark before the cursor, or after it.
fn to_mark(after: bool, handle: &Handle) {
    let found = handle.read(|session| {
        let now = session.clock().now;
        let mut marks = session.marks().filter(|(_, it)| Kind::of(&it.event).is_some());
        let at = match after {
            true => marks.find(|(_, it)| it.at > now),
            false => marks.rfind(|(_, it)| it.at < now),
        };
        at.map(|(_, it)| it.at)
    });
    if let Some(at) = found {
        go(handle, at);
    }
}

fn choose_next(by: isize, ui: &Dispatch, handle: &Handle) {
    if let Some(entity) = handle.beside(by) {
        ui.dispatch(UiAction::Choose(Some(entity)));
    }
}

/// Crashes what is chosen, or starts it. Whatever is chosen shows why, if that cannot be.
fn power(crash: bool, ui: &Dispatch, handle: &Handle) {
    let Some(node) = handle.look().chosen.and_then(|entity| entity.node()) else { return };
    let down = handle.read(|session| session.world().power(node)) == Power::Down;
    let command = if crash && !down { Command::Crash(node) } else { Command::Start(node) };
    let refused = handle.submit(command).err();
    ui.dispatch(UiAction::Refused(refused));
}
