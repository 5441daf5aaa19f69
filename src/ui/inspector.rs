//! All that is known about what is chosen, and what one can do to it.

use yew::prelude::*;

use super::deeds::Deeds;
use super::desk::Desk;
use super::figures::{self, figure};
use super::hud::Numbers;
use super::kit::{Button, sentence};
use super::ledger::shield;
use super::lessons::{old_records, rebalances, transactions};
use super::overview::{jump, named, overview};
use super::panels::Panels;
use super::schedule::planned;
use super::sheet::{Fact, Mood, Part};
use super::state::{Plate, UiAction};
use super::why::why;
use crate::metrics::ledger::Sums;
use crate::scene::view::Entity;

/// A value of which this many characters do not fit beside its name gets a line of its own.
const BESIDE: usize = 38;

/// The inspector.
pub fn inspector(desk: &Desk, panels: &Panels, numbers: &Numbers, sums: Sums) -> Html {
    let words = desk.words;
    let tables = overview(desk, &panels.overview, numbers);
    let plans = planned(desk, &panels.overview.plans);
    let Some(sheet) = &panels.sheet else {
        // What was chosen may be no more: a message that arrived, a node that was taken away.
        let hint = match desk.ui.chosen {
            Some(_) => words.ui_inspector_gone(),
            None => words.ui_inspector_empty(),
        };
        return html! {
            <div class="inspector">
                <h2 class="unseen">{ words.ui_inspector() }</h2>
                <p class="empty">{ hint }</p>
                { plans }
                { tables }
                { shield(desk, sums) }
            </div>
        };
    };
    let delivery = desk.press(UiAction::Lay(Some(Plate::Delivery)));
    // The controls of one thing must not become those of another.
    let key = [&*sheet.kind, &*sheet.title].concat();
    html! {
        <div class="inspector">
            <h2>{ &sheet.title }<small>{ &sheet.kind }</small></h2>
            { for sheet.parts.iter().map(|it| part(desk, it)) }
            if !sheet.deeds.is_empty() {
                <Deeds {key} desk={desk.clone()} sheet={sheet.clone()} />
            }
            if matches!(desk.ui.chosen, Some(Entity::Group(_))) {
                { Button::new(words.ui_delivery(), delivery).html() }
                { rebalances(desk) }
            }
            if matches!(desk.ui.chosen, Some(Entity::Client(_))) {
                { transactions(desk) }
            }
            if matches!(desk.ui.chosen,
                Some(Entity::Partition(_) | Entity::Replica(..) | Entity::Topic(_)))
            {
                { old_records(desk) }
            }
            { plans }
            <div class="unseen">{ tables }</div>
        </div>
    }
}

fn part(desk: &Desk, part: &Part) -> Html {
    html! {
        <section class="part">
            if let Some(heading) = &part.heading {
                <h3>{ heading }</h3>
            }
            if !part.facts.is_empty() {
                <dl class="facts">{ for part.facts.iter().map(|it| fact(desk, it)) }</dl>
            }
            if let Some(told) = &part.why {
                <p class="why">{ sentence(told) }</p>
            }
            if let Some(it) = &part.figure {
                { figure(desk, it) }
            }
            if let Some((record, question)) = part.fate {
                { why(desk, record, question) }
            }
        </section>
    }
}

fn fact(desk: &Desk, fact: &Fact) -> Html {
    let class = match fact.mood {
        Mood::Plain => "",
        Mood::Good => "good",
        Mood::Doubt => "doubt",
        Mood::Bad => "bad",
    };
    let value = match fact.to.clone() {
        None => Html::from(&fact.value),
        Some(to) => jump(desk.choose(to), &fact.value),
    };
    // A sign that is the name itself stands for it.
    let name = match &fact.tag {
        None => html! { <>{ &fact.name }</> },
        Some(tag) => {
            let rest = fact.name.strip_prefix(&*tag.text).unwrap_or(&fact.name);
            html! { <>{ figures::tag(tag) }{ rest }</> }
        }
    };
    named(name, class, value, width(fact) > BESIDE)
}

/// How much room a fact's name and value want, in characters.
fn width(fact: &Fact) -> usize {
    fact.name.chars().count() + fact.value.chars().count()
}
