//! A word above the stage about the session itself: a key that was refused, a plan that could not
//! be done, a tape that was rescued.

use yew::prelude::*;

use super::arrival::{self, Greeting};
use super::desk::{Desk, Press};
use super::kit::{Button, Sign, sentence};
use super::state::{Opened, UiAction};
use super::submit::explain;
use crate::lens::handle::Handle;
use crate::lens::tape;

/// The notice, if there is any.
pub fn notice(desk: &Desk, not_done: &[String]) -> Html {
    said(desk, not_done).unwrap_or_default()
}

fn said(desk: &Desk, not_done: &[String]) -> Option<Html> {
    let words = desk.words;
    if let Some(refusal) = &desk.ui.refused {
        let why = explain(&desk.handle, words, refusal);
        return Some(note(desk, true, &why, None, desk.press(UiAction::Refused(None))));
    }
    if desk.ui.rescued.is_some() {
        let restore = Button::new(words.ui_rescue_restore(), answer(desk, true)).class("strong");
        return Some(note(desk, false, words.ui_rescue(), Some(restore), answer(desk, false)));
    }
    // One after the other, the first one first.
    let put = desk.handle.put();
    let heard = desk.ui.heard.filter(|(session, _)| *session == put).map_or(0, |(_, count)| count);
    // What was in a link may wait: first it must be possible to turn back.
    let arriving = matches!(desk.ui.opened, Opened::Coming(_) | Opened::Linked(_));
    if let Some(why) = not_done.get(heard).filter(|_| !arriving) {
        let close = desk.press(UiAction::Heard(put, heard + 1));
        return Some(note(desk, true, why, None, close));
    }
    let done = desk.press(UiAction::Opened(Opened::Nothing));
    match &desk.ui.opened {
        Opened::Nothing | Opened::Hovering => None,
        Opened::Bad(name, why) => {
            Some(note(desk, true, &words.ui_file_is_bad(name, why), None, done))
        }
        Opened::Coming(come) => {
            let text = words.ui_link_coming(i64::from(come / 10));
            let cancel = Callback::from(move |event: MouseEvent| {
                arrival::abandon();
                done.emit(event);
            });
            Some(note(desk, false, &text, None, cancel))
        }
        Opened::Unkept => Some(note(desk, true, words.ui_unkept(), None, done)),
        Opened::Good(_) | Opened::Linked(_) | Opened::Quorum { .. } => {
            let text = match &desk.ui.opened {
                Opened::Linked(_) => words.ui_link_good().to_owned(),
                Opened::Good(name) => words.ui_file_good(name),
                Opened::Quorum { controllers, combined: false } => {
                    words.ui_quorum_begins(i64::from(*controllers))
                }
                Opened::Quorum { controllers, combined: true } => {
                    words.ui_quorum_begins_combined(i64::from(*controllers))
                }
                _ => String::new(),
            };
            let (undo, close) = (desk.act(Handle::bring_back), done.clone());
            let (ui, opened) = (desk.ui.dispatcher(), desk.ui.opened.clone());
            let undo = Callback::from(move |event: MouseEvent| {
                undo.emit(event.clone());
                if let Opened::Linked(before) = &opened {
                    ui.dispatch(UiAction::Arrive((**before).clone()));
                }
                close.emit(event);
            });
            let undo = Button::new(words.ui_undo(), undo).sign(Sign::Undo);
            Some(note(desk, false, &text, Some(undo), done))
        }
    }
}

/// Plays the tape that was rescued, or forgets it.
fn answer(desk: &Desk, play: bool) -> Press {
    let desk = desk.clone();
    Callback::from(move |_| {
        let line = desk.ui.rescued.clone().filter(|_| play);
        tape::discard();
        desk.ui.dispatch(UiAction::Rescued);
        if let Some(line) = line {
            arrival::open(&desk, desk.words.ui_rescue_name(), &line, Greeting::Held);
        }
    })
}

fn note(desk: &Desk, bad: bool, text: &str, deed: Option<Button>, close: Press) -> Html {
    html! {
        <div class={if bad { "notice bad" } else { "notice plain" }}>
            <p>{ sentence(text) }</p>
            { deed.map(Button::html).unwrap_or_default() }
            { Button::bare(Sign::Close, desk.words.ui_close(), close).class("quiet").html() }
        </div>
    }
}
