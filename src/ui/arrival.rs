//! A session from outside, out of a link or a file: read, and played up to its moment in slices, so
//! that the page stays free. The session on the deck is kept until the other one is there.

use std::cell::Cell;

use super::desk::Desk;
use super::page::in_slices;
use super::scenario_file::Unnamed;
use super::state::{Opened, UiAction};
use crate::lens::document;
use crate::lens::store::{self, key, wish};
use crate::locale::{Lang, Words};
use crate::session::Session;
use crate::session::link::{Saved, View, Wrong};
use crate::sim::Time;

/// So much is handled before the page may do something else.
const SLICE: u32 = 4_000;

thread_local! {
    /// Which of the sessions that set out is wanted still: the last one.
    static WANTED: Cell<u32> = const { Cell::new(0) };
}

/// What is said when a session is there.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Greeting {
    /// Nothing: the page began with it.
    First,
    /// That the one before can be brought back.
    Return,
    /// The same, and it stands still: it may have broken the page.
    Held,
}

/// Opens what a line says, known by this name. What cannot be read changes nothing.
pub fn open(desk: &Desk, name: &str, line: &str, greeting: Greeting) {
    let words = desk.words;
    let wanted = abandon();
    match read(words, line, greeting) {
        Ok((session, at, view)) => set_out(desk, wanted, session, at, view, greeting),
        Err(why) => {
            reveal();
            desk.ui.dispatch(UiAction::Opened(Opened::Bad(name.to_owned(), why)));
        }
    }
}

/// Nobody waits any more for what has set out. The number of what may set out next.
pub fn abandon() -> u32 {
    reveal();
    WANTED.with(|wanted| {
        wanted.set(wanted.get().wrapping_add(1));
        wanted.get()
    })
}

type Arriving = (Session, Time, View);

fn read(words: Words, line: &str, greeting: Greeting) -> Result<Arriving, String> {
    let saved = Saved::read(line).map_err(|wrong| why(words, wrong))?;
    let (at, mut view) = (saved.at, saved.view.clone());
    // A link that a lecturer made speaks the lecturer's language to a class; but who has chosen a
    // language is not to lose it, because a link is somebody else's choice.
    let asked = store::address();
    let asked = wish(&asked, "lang").and_then(Lang::from_tag).is_some();
    if asked || store::get(key::LANG).is_some() {
        view.lang = None;
    }
    let session = saved.session().map_err(|flaw| words.refusal(&flaw.refusal, &Unnamed));
    let mut session = session?;
    if greeting == Greeting::Held {
        session.pause();
    }
    Ok((session, at, view))
}

/// What is wrong with a line, in words.
pub fn why(words: Words, wrong: Wrong) -> String {
    match wrong {
        Wrong::Long => words.error_link_long().to_owned(),
        Wrong::Broken => words.error_link_broken().to_owned(),
        Wrong::Version(version) => words.error_link_version(i64::from(version)),
        Wrong::Commands => words.error_link_commands().to_owned(),
        Wrong::Late => words.error_link_late().to_owned(),
    }
}

fn set_out(desk: &Desk, own: u32, session: Session, at: Time, view: View, greeting: Greeting) {
    let (ui, handle) = (desk.ui.dispatcher(), desk.handle.clone());
    let (mut coming, mut told) = (Some((session, view)), None);
    if greeting == Greeting::First {
        conceal();
    }
    in_slices(Box::new(move || {
        if WANTED.with(Cell::get) != own {
            return false;
        }
        let Some((mut session, view)) = coming.take() else { return false };
        if !session.approach(at, SLICE) {
            let done = session.timeline().now().0.saturating_mul(1000) / at.0.max(1);
            let done = u32::try_from(done).unwrap_or(1000);
            if told.replace(done) != Some(done) {
                ui.dispatch(UiAction::Opened(Opened::Coming(done)));
            }
            coming = Some((session, view));
            return true;
        }
        let before = Box::new(before(&handle.look()));
        handle.replace(session);
        ui.dispatch(UiAction::Arrive(view));
        let first = greeting == Greeting::First;
        let opened = if first { Opened::Nothing } else { Opened::Linked(before) };
        ui.dispatch(UiAction::Opened(opened));
        reveal();
        false
    }));
}

/// How the session on the deck is looked at.
fn before(look: &crate::lens::look::Look) -> View {
    let chosen = look.chosen.as_ref().map(super::view::thing);
    View { lang: Some(look.lang.tag().to_owned()), chosen, ..View::default() }
}

/// The mark of a page whose picture is not the one that its address asks for.
const ELSEWHERE: &str = "data-link";

fn conceal() {
    if let Some(root) = document::document().and_then(|document| document.document_element()) {
        // An attribute of a plain name is never refused.
        let _ = root.set_attribute(ELSEWHERE, "");
    }
}

fn reveal() {
    if let Some(root) = document::document().and_then(|document| document.document_element()) {
        // As above.
        let _ = root.remove_attribute(ELSEWHERE);
    }
}
