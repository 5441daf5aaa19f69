//! The head of the page: its name, the numbers, and what concerns the page as a whole.

use yew::prelude::*;

use super::desk::Desk;
use super::hud::Numbers;
use super::state::{Plate, UiAction};
use super::tools::tools;
use crate::locale::Words;
use crate::sim::Span;

/// The head of the page.
pub fn header(desk: &Desk, shown: &Numbers) -> Html {
    let words = desk.words;
    let about = desk.press(UiAction::Lay(Some(Plate::About)));
    html! {
        <header class="head">
            <button type="button" class="brand" title={words.ui_about()}
                onclick={about}>
                { Html::from_html_unchecked(AttrValue::Static(LOGO)) }
                <h1>{ words.ui_name() }</h1>
            </button>
            { numbers(words, shown) }
            <div class="tools">{ tools(desk) }</div>
        </header>
    }
}

/// The instrument's readings.
fn numbers(words: Words, numbers: &Numbers) -> Html {
    let (up, all) = numbers.brokers;
    let brokers = words.ui_brokers_up(i64::from(up), i64::from(all));
    let span = |span: Option<Span>| span.map_or_else(|| "–".to_owned(), |it| words.span(it.0));
    let p50 = span(numbers.end_to_end.map(|p| p.p50));
    let p95 = span(numbers.end_to_end.map(|p| p.p95));
    let (rate, lag) = (words.rate(numbers.produced), words.number(numbers.lag as i64));
    let latency = words.ui_latency();
    let gauges = [
        ("gauge brokers", words.ui_brokers(), words.ui_brokers_hint(), brokers),
        ("gauge rate", words.ui_throughput(), words.ui_throughput_in(), rate),
        ("gauge latency", words.ui_latency_short(), latency, p50),
        ("gauge latency", "p95", latency, p95),
        ("gauge lag", words.ui_lag(), words.ui_groups_lag(), lag),
    ];
    let gauge = |(class, name, hint, value): (&'static str, &'static str, &'static str, String)| {
        html! { <div {class} title={hint}><dt>{ name }</dt><dd>{ value }</dd></div> }
    };
    html! {
        <dl class="gauges" aria-label={words.ui_numbers()}>
            { for gauges.into_iter().map(gauge) }
        </dl>
    }
}

/// A lens over three records.
const LOGO: &str = r#"<svg class="logo" viewBox="0 0 34 34" aria-hidden="true">
<path class="handle" d="M23.5 23.5l7 7"/><circle cx="14.5" cy="14.5" r="11.5"/>
<rect class="k0" x="6" y="10" width="5.2" height="9" rx="1.2"/>
<rect class="k1" x="12" y="10" width="5.2" height="9" rx="1.2"/>
<rect class="k2" x="18" y="10" width="5.2" height="9" rx="1.2"/></svg>"#;
