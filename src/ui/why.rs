//! "Why?": a button beside a record, and below it the chain of what led to its fate.

use std::cell::RefCell;
use std::rc::Rc;

use yew::prelude::*;

use super::desk::Desk;
use super::events::told;
use super::kit::Button;
use super::page::in_slices;
use super::sheet::Clerk;
use super::telling::Line;
use crate::session::causes::{Causes, Question, Role, Search, Step};
use crate::sim::id::RecordId;

/// So much is played before the page may do something else.
const SLICE: u32 = 2_000;

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

/// The button, and the chain once it was asked for.
#[component]
pub fn Why(props: &Props) -> Html {
    let Props { desk, record, question } = props;
    let (record, question, words) = (*record, *question, desk.words);
    let found = use_state(|| None::<Rc<Search>>);
    let causes = use_mut_ref(|| None::<Causes>);
    let press = {
        let (desk, found) = (desk.clone(), found.clone());
        Callback::from(move |_| {
            let begun = desk.handle.read(|session| {
                let entry = session.ledger().entry(record).filter(|_| found.is_none())?;
                Causes::of(session.timeline(), entry, question).ok()
            });
            found.set(begun.is_some().then(|| Rc::new(Search::Going(0))));
            let goes = begun.is_some();
            causes.replace(begun);
            if goes {
                seek(&causes, found.clone());
            }
        })
    };
    let open = found.is_some();
    let button = Button::new(words.ui_why(), press).class("small").expanded(open);
    html! {
        <div class="reasons">
            { button.hint(Some(words.ui_why_hint())).html() }
            { match found.as_deref() {
                None => Html::default(),
                Some(Search::Going(part)) => {
                    let said = words.ui_why_seeking(i64::from(part / 10));
                    html! { <p role="status">{ said }</p> }
                }
                Some(Search::Done(steps)) => chain(desk, record, steps),
            } }
        </div>
    }
}

/// Plays on until it is done, the chain is closed or its record is no longer shown.
fn seek(causes: &Rc<RefCell<Option<Causes>>>, found: UseStateHandle<Option<Rc<Search>>>) {
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
        found.set(Some(Rc::new(search)));
        going
    }));
}

fn chain(desk: &Desk, record: RecordId, steps: &[Step]) -> Html {
    let words = desk.words;
    let lines = desk.handle.read(|session| Clerk { words, session }.reasons(record, steps));
    let class = |role: Role| match role {
        Role::Beginning => "beginning",
        Role::Link => "",
        Role::Fact => "fact",
    };
    let line = |(line, step): (&Line, &Step)| told(desk, line, class(step.role));
    html! {
        <ol class="causes" aria-label={words.ui_why_chain()}>
            { for lines.iter().zip(steps).map(line) }
        </ol>
    }
}
