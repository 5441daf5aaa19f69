//! The whole cluster as tables: for those who do not see the picture, and while nothing is chosen.

use std::rc::Rc;

use yew::prelude::*;

use super::hud::{Numbers, Overview as Slice, Row};
use super::state::{UiAction, use_ui};
use crate::locale::Words;
use crate::metrics::gauges::{Lag, Percentiles};
use crate::scene::view::Entity;
use crate::sim::Span;
use crate::sim::id::BrokerId;

/// What the tables need.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// The language.
    pub words: Words,
    /// Partitions and groups.
    pub overview: Rc<Slice>,
    /// Rates, latencies, health.
    pub numbers: Rc<Numbers>,
}

/// Tables of partitions, groups and numbers.
#[component]
pub fn Overview(props: &Props) -> Html {
    let Props { words, overview, numbers } = props;
    html! {
        <>
            <section aria-labelledby="overview-partitions">
                <h3 id="overview-partitions">{ words.ui_fact_partitions() }</h3>
                { partitions(*words, overview) }
            </section>
            <section aria-labelledby="overview-groups">
                <h3 id="overview-groups">{ words.ui_groups_lag() }</h3>
                { groups(*words, overview) }
            </section>
            <section aria-labelledby="overview-numbers">
                <h3 id="overview-numbers">{ words.ui_numbers() }</h3>
                { figures(*words, numbers) }
            </section>
        </>
    }
}

fn partitions(words: Words, overview: &Slice) -> Html {
    if overview.rows.is_empty() {
        return html! { <p class="empty">{ words.ui_stage_empty() }</p> };
    }
    html! {
        <table>
            <thead><tr>
                <th scope="col">{ words.ui_fact_partition() }</th>
                <th scope="col">{ "Leader" }</th>
                <th scope="col">{ "Isr" }</th>
                <th scope="col">{ "HW" }</th>
                <th scope="col">{ "LEO" }</th>
            </tr></thead>
            <tbody>{ for overview.rows.iter().map(|row| html! {
                <PartitionRow key={row.name.clone()} {words} row={row.clone()} />
            }) }</tbody>
        </table>
    }
}

/// What a row needs.
#[derive(Properties, PartialEq)]
struct RowProps {
    words: Words,
    row: Row,
}

#[component]
fn PartitionRow(props: &RowProps) -> Html {
    let (words, row) = (props.words, &props.row);
    let ui = use_ui();
    let numbers =
        |ids: &[BrokerId]| ids.iter().map(|id| id.0.to_string()).collect::<Vec<_>>().join(", ");
    let short = (row.isr.len() as u32) < row.replicas;
    let (high, end) = match row.marks {
        Some((high, end)) => (high.to_string(), end.to_string()),
        None => ("–".to_owned(), "–".to_owned()),
    };
    let broker = row.leader.or_else(|| row.isr.first().copied()).unwrap_or(BrokerId(1));
    let about = Entity::Replica(broker, row.partition);
    let onclick = Callback::from(move |_: MouseEvent| {
        if let Some(ui) = &ui {
            ui.dispatch(UiAction::Choose(Some(about.clone())));
        }
    });
    html! {
        <tr>
            <th scope="row">
                <button type="button" class="to" {onclick}>{ &row.name }</button>
            </th>
            <td class={classes!(row.leader.is_none().then_some("bad"))}>
                { row.leader.map_or(words.ui_fact_none().to_owned(), |id| id.0.to_string()) }
            </td>
            <td class={classes!(short.then_some("bad"))}>{ numbers(&row.isr) }</td>
            <td>{ high }</td>
            <td>{ end }</td>
        </tr>
    }
}

fn groups(words: Words, overview: &Slice) -> Html {
    if overview.lags.is_empty() {
        return html! { <p class="empty">{ words.ui_groups_empty() }</p> };
    }
    let row = |(name, lag): &(String, Lag)| {
        let none = || "–".to_owned();
        html! {
            <tr key={format!("{}{name}", lag.group)}>
                <th scope="row">{ &*lag.group }</th>
                <td>{ name }</td>
                <td>{ lag.committed.map_or_else(none, |offset| offset.to_string()) }</td>
                <td>{ lag.records().map_or_else(none, |n| words.number(n as i64)) }</td>
            </tr>
        }
    };
    html! {
        <table>
            <thead><tr>
                <th scope="col">{ words.ui_group() }</th>
                <th scope="col">{ words.ui_fact_partition() }</th>
                <th scope="col">{ words.ui_fact_committed() }</th>
                <th scope="col">{ words.ui_fact_lag() }</th>
            </tr></thead>
            <tbody>{ for overview.lags.iter().map(row) }</tbody>
        </table>
    }
}

fn figures(words: Words, numbers: &Numbers) -> Html {
    let health = numbers.health;
    let latency = |pick: fn(Percentiles) -> Span| {
        let none = || words.ui_fact_none().to_owned();
        (numbers.end_to_end.map_or_else(none, |p| words.span(pick(p).0)), false)
    };
    let trouble = |count: u32| (words.number(i64::from(count)), count > 0);
    let rows = [
        (words.ui_throughput_in(), (words.rate(numbers.produced), false)),
        (words.ui_throughput_out(), (words.rate(numbers.consumed), false)),
        (words.ui_latency_p50(), latency(|p| p.p50)),
        (words.ui_latency_p95(), latency(|p| p.p95)),
        ("UnderReplicatedPartitions", trouble(health.under_replicated)),
        ("UnderMinIsrPartitionCount", trouble(health.under_min_isr)),
        ("OfflinePartitionsCount", trouble(health.offline)),
    ];
    html! {
        <dl class="facts">{ for rows.into_iter().map(|(name, (value, bad))| html! {
            <div><dt>{ name }</dt><dd class={classes!(bad.then_some("bad"))}>{ value }</dd></div>
        }) }</dl>
    }
}
