//! The whole cluster as tables: for those who do not see the picture, and while nothing is chosen.

use yew::prelude::*;

use super::desk::{Desk, Press};
use super::figures::compared;
use super::hud::Numbers;
use super::kit::Button;
use super::lessons::rebalances;
use super::panels::{Overview, Row};
use super::state::{Plate, UiAction};
use crate::locale::Words;
use crate::metrics::gauges::Lag;
use crate::scene::view::Entity;
use crate::sim::id::BrokerId;
use crate::sim::{Command, Span};

/// Tables of partitions, groups and numbers.
pub fn overview(desk: &Desk, overview: &Overview, numbers: &Numbers) -> Html {
    let words = desk.words;
    let part = |id: &'static str, heading: &'static str, body: Html| {
        html! { <section aria-labelledby={id}><h3 {id}>{ heading }</h3>{ body }</section> }
    };
    html! {
        <>
            { part("overview-partitions", words.ui_fact_partitions(), partitions(desk, overview)) }
            { part("overview-stops", words.ui_stood_groups(), stops(desk, overview)) }
            { part("overview-groups", words.ui_groups_lag(), groups(words, overview)) }
            { part("overview-numbers", words.ui_numbers(), figures(words, numbers)) }
            { part("overview-network", words.ui_network(), network(desk, overview.cut)) }
        </>
    }
}

/// What concerns all links at once.
fn network(desk: &Desk, cut: bool) -> Html {
    let words = desk.words;
    let split = desk.press(UiAction::Lay(Some(Plate::Split)));
    let heal = desk.act(|handle| {
        // Where nothing is cut any more, it is as it should be.
        let _ = handle.submit(Command::HealAll);
    });
    html! {
        <div class="buttons">
            { Button::new(words.ui_split(), split).class("bad").html() }
            if cut {
                { Button::new(words.ui_heal_all(), heal).html() }
            }
        </div>
    }
}

/// A name and what belongs to it.
pub fn named(name: impl Into<Html>, class: &'static str, value: Html, long: bool) -> Html {
    let length = if long { "long" } else { "" };
    html! { <div class={length}><dt>{ name.into() }</dt><dd {class}>{ value }</dd></div> }
}

/// A name that leads to its thing.
pub fn jump(press: Press, name: &str) -> Html {
    html! { <button type="button" class="to" onclick={press}>{ name }</button> }
}

fn table(columns: &[&'static str], rows: Html) -> Html {
    let column = |name: &&'static str| html! { <th scope="col">{ *name }</th> };
    html! {
        <table>
            <thead><tr>{ for columns.iter().map(column) }</tr></thead>
            <tbody>{ rows }</tbody>
        </table>
    }
}

fn line(head: Html, cells: Vec<(String, bool)>) -> Html {
    let cell = |(text, bad): (String, bool)| {
        html! { <td class={if bad { "bad" } else { "" }}>{ text }</td> }
    };
    html! { <tr><th scope="row">{ head }</th>{ for cells.into_iter().map(cell) }</tr> }
}

/// A number, or a dash where there is none.
fn dashed(number: Option<String>) -> (String, bool) {
    (number.unwrap_or_else(|| "–".to_owned()), false)
}

fn partitions(desk: &Desk, overview: &Overview) -> Html {
    let words = desk.words;
    if overview.rows.is_empty() {
        let hint = match overview.asked {
            true => words.ui_starting(),
            false => words.ui_stage_empty(),
        };
        return html! { <p class="empty">{ hint }</p> };
    }
    let rows = overview.rows.iter().map(|row| partition(desk, row)).collect();
    table(&[words.ui_fact_partition(), "Leader", "Isr", "HW", "LEO"], rows)
}

fn partition(desk: &Desk, row: &Row) -> Html {
    let isr: Vec<String> = row.isr.iter().map(|id| id.0.to_string()).collect();
    let short = (row.isr.len() as u32) < row.replicas;
    let broker = row.leader.or_else(|| row.isr.first().copied()).unwrap_or(BrokerId(1));
    let press = desk.choose(Entity::Replica(broker, row.partition));
    let none = || desk.words.ui_fact_none().to_owned();
    let cells = vec![
        (row.leader.map_or_else(none, |id| id.0.to_string()), row.leader.is_none()),
        (isr.join(", "), short),
        dashed(row.marks.map(|(high, _)| high.to_string())),
        dashed(row.marks.map(|(_, end)| end.to_string())),
    ];
    line(jump(press, &row.name), cells)
}

fn groups(words: Words, overview: &Overview) -> Html {
    if overview.lags.is_empty() {
        return html! { <p class="empty">{ words.ui_groups_empty() }</p> };
    }
    let row = |(name, lag): &(String, Lag)| {
        let committed = dashed(lag.committed.map(|offset| offset.to_string()));
        let behind = dashed(lag.records().map(|n| words.number(n as i64)));
        line(Html::from(&*lag.group), vec![(name.clone(), false), committed, behind])
    };
    let (group, partition) = (words.ui_group(), words.ui_fact_partition());
    table(
        &[group, partition, words.ui_fact_committed(), words.ui_fact_lag()],
        overview.lags.iter().map(row).collect(),
    )
}

fn stops(desk: &Desk, overview: &Overview) -> Html {
    let words = desk.words;
    html! {
        <>
            if !overview.stops.rows.is_empty() {
                { compared(desk, &overview.stops) }
                <p class="why">{ words.ui_stood_groups_hint() }</p>
            }
            { rebalances(desk) }
        </>
    }
}

fn figures(words: Words, numbers: &Numbers) -> Html {
    let health = numbers.health;
    let latency = |span: Option<Span>| {
        let none = || words.ui_fact_none().to_owned();
        (span.map_or_else(none, |span| words.span(span.0)), false)
    };
    let trouble = |count: u32| (words.number(i64::from(count)), count > 0);
    let rows = [
        (words.ui_throughput_in(), (words.rate(numbers.produced), false)),
        (words.ui_throughput_out(), (words.rate(numbers.consumed), false)),
        (words.ui_latency_p50(), latency(numbers.end_to_end.map(|p| p.p50))),
        (words.ui_latency_p95(), latency(numbers.end_to_end.map(|p| p.p95))),
        ("UnderReplicatedPartitions", trouble(health.under_replicated)),
        ("UnderMinIsrPartitionCount", trouble(health.under_min_isr)),
        ("OfflinePartitionsCount", trouble(health.offline)),
    ];
    html! {
        <dl class="facts">{ for rows.into_iter().map(|(name, (value, bad))| {
            named(name, if bad { "bad" } else { "" }, Html::from(value), false)
        }) }</dl>
    }
}
