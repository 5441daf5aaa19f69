//! "Why?": a button beside a record, and below it the chain of what led to its fate.

use std::rc::Rc;

use gloo_timers::callback::Timeout;
use yew::prelude::*;

use super::desk::Desk;
use super::events::told;
use super::kit::Button;
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

/// How far the search is, and after how many slices.
#[derive(Clone, Default)]
struct Found {
    slices: u32,
    search: Option<Rc<Search>>,
}

/// The button, and the chain once it was asked for.
#[component]
pub fn Why(props: &Props) -> Html {
    let Props { desk, record, question } = props;
    let (record, question, words) = (*record, *question, desk.words);
    let found = use_state(Found::default);
    let causes = use_mut_ref(|| None::<Causes>);
    let going = matches!(found.search.as_deref(), Some(Search::Going(_)));
    {
        let (found, causes) = (found.clone(), causes.clone());
        use_effect_with((found.slices, going), move |(slices, going)| {
            let slices = slices + 1;
            // Let go of, the rest is not played: the chain was closed, or its record is gone.
            let slice = going.then(|| {
                Timeout::new(0, move || {
                    let search = causes.borrow_mut().as_mut().map(|it| it.go_on(SLICE));
                    if let Some(Search::Done(_)) = search {
                        // A whole world, of no more use.
                        causes.take();
                    }
                    found.set(Found { slices, search: search.map(Rc::new) });
                })
            });
            move || drop(slice)
        });
    }
    let press = {
        let (desk, found) = (desk.clone(), found.clone());
        Callback::from(move |_| {
            let asked = found.search.is_none();
            let begun = desk.handle.read(|session| {
                let entry = session.ledger().entry(record).filter(|_| asked)?;
                Causes::of(session.timeline(), entry, question).ok()
            });
            let search = begun.is_some().then(|| Rc::new(Search::Going(0)));
            *causes.borrow_mut() = begun;
            found.set(Found { slices: found.slices + 1, search });
        })
    };
    let open = found.search.is_some();
    let button = Button::new(words.ui_why(), press).class("small").expanded(open);
    html! {
        <div class="reasons">
            { button.hint(Some(words.ui_why_hint())).html() }
            { match found.search.as_deref() {
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
