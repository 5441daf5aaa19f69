//! A plate over the side panel: not modal, so that the cluster stays in sight and in hand.

use yew::prelude::*;

use super::about::about;
use super::add::{Draft, Form};
use super::desk::Desk;
use super::help::help;
use super::hud::Slice;
use super::kit::{Button, Sign};
use super::page;
use super::panels::Roster;
use super::promises::promises;
use super::share::Share;
use super::state::{Kind, Plate, UiAction};
use super::submit::use_submit;
use super::switchboard::{Delivered, Switchboard};
use super::time::Tape;
use super::time::branches::Branches;
use super::time::until::UntilForm;
use super::why::Chain;
use crate::locale::Words;
use crate::metrics::ledger::Sums;

/// What a plate needs.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// The desk.
    pub desk: Desk,
    /// Which one it is.
    pub plate: Plate,
    /// What there is already.
    pub roster: Slice<Roster>,
    /// What became of the promises.
    pub sums: Sums,
    /// What groups are given.
    pub groups: Slice<Vec<Delivered>>,
    /// The tape.
    pub tape: Slice<Tape>,
}

fn title(words: Words, plate: Plate) -> &'static str {
    match plate {
        Plate::Help => words.ui_help(),
        Plate::About => words.ui_about(),
        Plate::Promises => words.ui_ledger(),
        Plate::Delivery => words.ui_delivery(),
        Plate::Add(Kind::Topic) => words.ui_add_topic(),
        Plate::Add(Kind::Producer) => words.ui_add_producer(),
        Plate::Add(Kind::Consumer) => words.ui_add_consumer(),
        Plate::Add(Kind::Processor) => words.ui_add_processor(),
        Plate::Add(Kind::Broker) => words.ui_add_broker(),
        Plate::Split => words.ui_split(),
        Plate::Share => words.ui_share(),
        Plate::Branches => words.ui_branches(),
        Plate::Until => words.ui_until(),
        Plate::Why(..) => words.ui_why(),
    }
}

/// A plate. It takes the focus when it opens; Escape is the page's affair.
#[component]
pub fn Dialog(props: &Props) -> Html {
    let Props { desk, plate, roster, groups, .. } = props;
    let words = desk.words;
    let draft = use_state(|| match plate {
        Plate::Add(kind) => Draft::first(*kind, words, roster),
        _ => Draft::default(),
    });
    let hand = use_submit(desk);
    let check = use_state(|| None);
    use_effect_with(plate.id(), |id| {
        let before = page::focused();
        page::focus(id);
        move || {
            if let Some(before) = before.filter(|element| element.is_connected()) {
                // Focus is a courtesy.
                let _ = before.focus();
            }
        }
    });
    let body = match plate {
        Plate::Help => help(desk),
        Plate::About => about(words),
        Plate::Promises => promises(desk, &check),
        Plate::Delivery => html! { <Switchboard desk={desk.clone()} groups={groups.clone()} /> },
        Plate::Share => html! { <Share desk={desk.clone()} /> },
        Plate::Branches => html! {
           <Branches desk={desk.clone()} tape={props.tape.clone()} roster={roster.clone()} />
        },
        Plate::Until => html! { <UntilForm desk={desk.clone()} roster={roster.clone()} /> },
        Plate::Why(record, question) => html! {
            <Chain key={format!("{record:?}{question:?}")} desk={desk.clone()} record={*record}
                question={*question} />
        },
        Plate::Split => Form { desk, roster, draft }.split(hand),
        Plate::Add(kind) => Form { desk, roster, draft }.html(*kind, hand),
    };
    let heading = [plate.id(), "-heading"].concat();
    let close = desk.press(UiAction::Lay(None));
    html! {
        <section class="dialog" role="dialog" id={plate.id()} aria-labelledby={heading.clone()}
            tabindex="-1">
            <div class="dialog-head">
                <h2 id={heading}>{ title(words, *plate) }</h2>
                { Button::bare(Sign::Close, words.ui_close(), close).class("quiet").html() }
            </div>
            <div class="dialog-body">{ body }</div>
        </section>
    }
}
