//! "Why?": a button beside a record, and the plate with the chain of what led to its fate; each
//! step is a moment on the tape.

use std::cell::RefCell;
use std::rc::Rc;

use yew::prelude::*;

use super::desk::Desk;
use super::kit::{Button, sentence};
use super::page::in_slices;
use super::reasons::Reason;
use super::sheet::Clerk;
use super::state::{Plate, UiAction};
use super::time::seeking::go;
use crate::session::causes::{Causes, Question, Role, Search, Step};
use crate::sim::Time;
use crate::sim::id::RecordId;

/// So much is played before the page may do something else.
const SLICE: u32 = 2_000;

/// The button that asks.
pub fn why(desk: &Desk, record: RecordId, question: Question) -> Html {
    let words = desk.words;
    let press = desk.press(UiAction::Lay(Some(Plate::Why(record, question))));
    let button = Button::new(words.ui_why(), press).class("small");
    html! { <div class="reasons">{ button.hint(Some(words.ui_why_hint())).html() }</div> }
}

/// What is asked.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// The desk.
    pub desk: Desk,
    /// Of which record.
    pub record: RecordId,
    /// What there is to explain.
    pub question: Question,
}

/// The chain; it is looked for once, from the moment at which it is asked for, and stays while
/// the tape goes elsewhere.
#[component]
pub fn Chain(props: &Props) -> Html {
    let Props { desk, record, question } = props;
    let words = desk.words;
    let found = use_state(|| None::<Search>);
    // Where the tape was before the first step was gone to.
    let left = use_state(|| None::<Time>);
    {
        let (handle, found) = (desk.handle.clone(), found.setter());
        use_effect_with((*record, *question), move |(record, question)| {
            let begun = handle.read(|session| {
                let entry = session.ledger().entry(*record)?;
                Causes::of(session.timeline(), entry, *question).ok()
            });
            let causes = Rc::new(RefCell::new(begun));
            seek(&causes, found);
            // Nobody looks any more: there is nothing left to play.
            move || drop(causes.take())
        });
    }
    match &*found {
        Some(Search::Done(steps)) => chain(desk, steps, &left),
        Some(Search::Going(part)) => {
            html! { <p role="status">{ words.ui_why_seeking(i64::from(part / 10)) }</p> }
        }
        None => html! { <p role="status">{ words.ui_why_unknown() }</p> },
    }
}

/// Plays on until it is done or nobody looks.
fn seek(causes: &Rc<RefCell<Option<Causes>>>, found: UseStateSetter<Option<Search>>) {
    let causes = Rc::downgrade(causes);
    in_slices(Box::new(move || {
        let Some(causes) = causes.upgrade() else { return false };
        let Some(search) = causes.borrow_mut().as_mut().map(|it| it.go_on(SLICE)) else {
            return false;
        };
        let going = matches!(search, Search::Going(_));
        if !going {
            // A whole world, of no more use.
            causes.take();
        }
        found.set(Some(search));
        going
    }));
}

fn chain(desk: &Desk, steps: &[Step], left: &UseStateHandle<Option<Time>>) -> Html {
    let words = desk.words;
    let reasons = desk.handle.read(|session| Clerk { words, session }.reasons(steps));
    let back = |at: Time| {
        let (handle, left) = (desk.handle.clone(), left.clone());
        let (clock, _) = words.clock(at.0);
        let press = Callback::from(move |_: MouseEvent| {
            left.set(None);
            go(&handle, at);
        });
        Button::new(words.ui_why_back(&clock), press).id("why-back").html()
    };
    html! {
        <>
            <p class="empty">{ words.ui_why_steps() }</p>
            <ol class="causes" aria-label={words.ui_why_chain()}>
                { for reasons.into_iter().zip(steps).map(|(reason, it)| {
                    step(desk, reason, it, left)
                }) }
            </ol>
            { left.map(back).unwrap_or_default() }
        </>
    }
}

/// A step: a press goes to its moment and points at what it is about.
fn step(desk: &Desk, reason: Reason, step: &Step, left: &UseStateHandle<Option<Time>>) -> Html {
    let class = match step.role {
        Role::Beginning => "beginning",
        Role::Link => "",
        Role::Fact => "fact",
    };
    let (handle, ui) = (desk.handle.clone(), desk.ui.dispatcher());
    let (at, about, left) = (step.at, reason.about, left.clone());
    let onclick = Callback::from(move |_: MouseEvent| {
        if left.is_none() {
            left.set(Some(handle.read(|session| session.clock().now)));
        }
        go(&handle, at);
        about.iter().for_each(|it| ui.dispatch(UiAction::Point(it.clone())));
    });
    html! {
        <li {class}>
            <button type="button" {onclick} title={desk.words.ui_go_there()}>
                <time>{ reason.at }</time>
                <span>{ sentence(&reason.text) }</span>
            </button>
        </li>
    }
}
