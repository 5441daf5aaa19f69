//! Two branches beside one another: what they promised by the same moment, and where they differ.

use std::cell::RefCell;
use std::rc::Rc;

use yew::prelude::*;

use super::branches::title;
use crate::locale::Words;
use crate::metrics::ledger::Sums;
use crate::session::branches::BranchId;
use crate::session::twin::{Comparison, Pair, Twin};
use crate::sim::{Event, Stamped, Time, World};
use crate::ui::desk::Desk;
use crate::ui::kit::{Button, sentence};
use crate::ui::page::in_slices;
use crate::ui::sheet::message;
use crate::ui::time::seeking::go;

/// So many microseconds in which something happens are handled before the page may do something
/// else.
const SLICE: u32 = 1_500;

/// So many differences are shown at first.
const SHOWN: usize = 12;

/// What is compared.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// The desk.
    pub desk: Desk,
    /// What this branch is compared with.
    pub with: BranchId,
}

/// How far the comparison is.
#[derive(Clone, PartialEq)]
enum Found {
    /// So many thousandths of the way.
    Going(u32),
    /// What came of it.
    Done(Rc<Comparison>),
}

/// The comparison; it is made anew when it is asked for again.
#[component]
pub fn Compare(props: &Props) -> Html {
    let Props { desk, with } = props;
    let (words, with) = (desk.words, *with);
    let found = use_state(|| Found::Going(0));
    let all = use_state(|| false);
    {
        let (found, handle) = (found.setter(), desk.handle.clone());
        use_effect_with(with, move |with| {
            let twin = handle.read(|session| session.twin(*with)).ok().flatten();
            let twin = Rc::new(RefCell::new(twin));
            play(&twin, found);
            // Nobody looks any more: there is nothing left to play.
            move || drop(twin.take())
        });
    }
    let Found::Done(comparison) = &*found else {
        let Found::Going(part) = *found else { return Html::default() };
        return html! { <p role="status">{ words.ui_compare_going(i64::from(part / 10)) }</p> };
    };
    let titles = desk.handle.read(|session| {
        let views: Vec<_> = session.branches().collect();
        let own = views.iter().find(|it| it.is_current);
        let other = views.iter().find(|it| it.branch.id == with);
        [own, other].map(|it| it.map(|it| title(words, session.world(), it)).unwrap_or_default())
    });
    let more = {
        let all = all.clone();
        Callback::from(move |_: MouseEvent| all.set(true))
    };
    let differences: Vec<&Pair> =
        comparison.notable.iter().filter(|[a, b]| a.is_none() || b.is_none()).collect();
    let shown = if *all { differences.len() } else { differences.len().min(SHOWN) };
    html! {
        <div class="compare">
            { ledgers(words, &titles, comparison) }
            { first(desk, comparison) }
            if !differences.is_empty() {
                <h3>{ words.ui_compare_then() }</h3>
                <ol class="events">
                    { for differences[..shown].iter().map(|pair| line(desk, pair)) }
                </ol>
                if shown < differences.len() {
                    { Button::new(words.ui_compare_all(differences.len() as i64), more)
                        .class("small").html() }
                }
            }
        </div>
    }
}

/// Plays on until it is done or nobody looks.
fn play(twin: &Rc<RefCell<Option<Twin>>>, found: UseStateSetter<Found>) {
    let twin = Rc::downgrade(twin);
    in_slices(Box::new(move || {
        let Some(twin) = twin.upgrade() else { return false };
        let mut twin = twin.borrow_mut();
        let Some(worlds) = twin.as_mut() else { return false };
        match worlds.go_on(SLICE) {
            Some(comparison) => {
                *twin = None;
                found.set(Found::Done(Rc::new(comparison)));
                false
            }
            None => {
                found.set(Found::Going(worlds.progress()));
                true
            }
        }
    }));
}

/// The totals of both, at the same moment; what differs is marked.
fn ledgers(words: Words, titles: &[String; 2], comparison: &Comparison) -> Html {
    let [a, b] = comparison.sums;
    let row = |name: &'static str, of: fn(&Sums) -> u64| {
        let (a, b) = (of(&a), of(&b));
        let class = (a != b).then_some("differs");
        html! {
            <tr {class}>
                <th scope="row">{ name }</th>
                <td>{ words.number(a as i64) }</td>
                <td>{ words.number(b as i64) }</td>
            </tr>
        }
    };
    html! {
        <table>
            <caption>{ words.ui_compare_at(&words.span(comparison.until.0)) }</caption>
            <thead><tr>
                <td></td>
                { for ["A", "B"].iter().zip(titles).map(|(letter, title)| html! {
                    <th scope="col" title={title.clone()}>{ *letter }</th>
                }) }
            </tr></thead>
            <tbody>
                { row(words.ui_produced(), |it| it.produced) }
                { row(words.ui_ledger_acked(), |it| it.acked) }
                { row(words.ui_ledger_failed(), |it| it.failed) }
                { row(words.ui_ledger_doubt(), |it| it.in_doubt) }
                { row(words.ui_ledger_lost(), |it| it.lost) }
                { row(words.ui_ledger_duplicated(), |it| it.duplicated) }
                { row(words.ui_ledger_reordered(), |it| it.reordered) }
                { row(words.ui_consumed(), |it| it.consumed) }
            </tbody>
            <tfoot><tr><td colspan="3">
                { for ["A", "B"].iter().zip(titles).map(|(letter, title)| html! {
                    <p><b>{ *letter }</b>{ " · " }{ title.clone() }</p>
                }) }
            </td></tr></tfoot>
        </table>
    }
}

fn first(desk: &Desk, comparison: &Comparison) -> Html {
    let words = desk.words;
    let Some([a, b]) = &comparison.first else {
        return html! { <p class="verdict good">{ words.ui_compare_same() }</p> };
    };
    let Some(at) = a.as_ref().or(b.as_ref()).map(|it| it.at) else { return Html::default() };
    let side = |it: &Option<Stamped>| match it {
        Some(stamped) => desk.handle.read(|session| told(words, session.world(), stamped)),
        None => words.ui_compare_nothing().to_owned(),
    };
    let (clock, micros) = words.clock(at.0);
    html! {
        <div class="verdict doubt">
            <button type="button" class="moment" onclick={goes(desk, at)}
                title={words.ui_go_there()}>
                <b>{ words.ui_compare_first() }</b>{ " " }
                <span class="mono">{ clock }{ micros }</span>
            </button>
            <p><b>{ "A" }</b>{ " · " }{ sentence(&side(a)) }</p>
            <p><b>{ "B" }</b>{ " · " }{ sentence(&side(b)) }</p>
        </div>
    }
}

/// What one of the two went through and the other did not.
fn line(desk: &Desk, [a, b]: &Pair) -> Html {
    let (letter, stamped) = match (a, b) {
        (Some(stamped), _) => ("A", stamped),
        (None, Some(stamped)) => ("B", stamped),
        (None, None) => return Html::default(),
    };
    let words = desk.words;
    let said = desk.handle.read(|session| told(words, session.world(), stamped));
    let (clock, _) = words.clock(stamped.at.0);
    html! {
        <li class="event">
            <button type="button" onclick={goes(desk, stamped.at)} title={words.ui_go_there()}>
                <time>{ clock }</time>
                <span><b>{ letter }</b>{ " · " }{ sentence(&said) }</span>
            </button>
        </li>
    }
}

fn goes(desk: &Desk, at: Time) -> Callback<MouseEvent> {
    let handle = desk.handle.clone();
    Callback::from(move |_| go(&handle, at))
}

/// An event in words; messages are no notable events and have words of their own.
pub fn told(words: Words, world: &World, stamped: &Stamped) -> String {
    let said = match &stamped.event {
        Event::Commanded(command) => Some(words.command(command, world)),
        Event::Sent(envelope) | Event::Arrived(envelope) | Event::Lost(envelope) => {
            let (from, to) = (words.node(envelope.from, world), words.node(envelope.to, world));
            Some(words.ui_compare_message(&message::title(&envelope.body), &from, &to))
        }
        _ => words.tell(stamped, world),
    };
    said.unwrap_or_else(|| words.node(stamped.node, world))
}
