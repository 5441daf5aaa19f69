//! The promise ledger: what producers were told, and what became of it.

use yew::prelude::*;

use crate::locale::Words;
use crate::metrics::ledger::Sums;

/// What the ledger needs.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// The language.
    pub words: Words,
    /// The sums.
    pub sums: Sums,
}

/// The ledger, on the stage's lower left.
#[component]
pub fn Ledger(props: &Props) -> Html {
    let Props { words, sums } = *props;
    let row = |class: &'static str, name: &'static str, hint: &'static str, count: u64| {
        // A broken promise is only marked where there is one.
        let marked = (count > 0).then_some("some");
        html! {
            <div class={classes!("promise", class, marked)} title={hint}>
                <dt>{ badge(class) }<span>{ name }</span></dt>
                <dd>{ words.number(count as i64) }</dd>
            </div>
        }
    };
    html! {
        <section class="ledger" aria-labelledby="ledger-heading">
            <h2 id="ledger-heading" title={words.ui_ledger_hint()}>{ words.ui_ledger() }</h2>
            <dl>
                { row("produced", words.ui_produced(), words.ui_produced_hint(), sums.produced) }
                { row("acked", words.ui_ledger_acked(), words.ui_ledger_acked_hint(), sums.acked) }
                { row("doubt", words.ui_ledger_doubt(), words.ui_ledger_doubt_hint(),
                    sums.in_doubt) }
                { row("failed", words.ui_ledger_failed(), words.ui_ledger_failed_hint(),
                    sums.failed) }
                { row("lost", words.ui_ledger_lost(), words.ui_ledger_lost_hint(), sums.lost) }
                { row("twice", words.ui_ledger_duplicated(), words.ui_ledger_duplicated_hint(),
                    sums.duplicated) }
                { row("consumed", words.ui_consumed(), words.ui_consumed_hint(), sums.consumed) }
            </dl>
        </section>
    }
}

/// The badges of the picture's grammar.
fn badge(class: &str) -> Html {
    let shapes = match class {
        "produced" => html! { <path d="M3 5.5h9l5 4.5-5 4.5H3z" /> },
        "consumed" => html! { <path d="M3 5.5h14v9H3l4.5-4.5z" /> },
        "acked" => html! { <>
            <circle class="body" cx="10" cy="10" r="8" />
            <path class="mark" d="M6.4 10.2l2.6 2.8 4.8-5.8" />
        </> },
        "doubt" => html! { <>
            <circle class="dashed" cx="10" cy="10" r="8" />
            <path class="mark" d="M7.6 7.9a2.5 2.5 0 1 1 3.7 2.2c-.9.5-1.3.9-1.3 1.8M10 14.4v.1" />
        </> },
        "failed" => html! { <>
            <path class="body" d="M10 1.5l8.5 8.5-8.5 8.5L1.5 10z" />
            <path class="mark" d="M10 6v4.6M10 13.6v.1" />
        </> },
        "lost" => html! { <>
            <path d="M2.5 2.5h15v15h-15z" />
            <path class="mark" d="M6.4 6.4l7.2 7.2M13.6 6.4l-7.2 7.2" />
        </> },
        _ => html! { <>
            <path d="M6.5 2h11.5v11.5h-3.5V5.5h-8z" />
            <path d="M2 6h12v12H2z" />
            <path class="mark" d="M6 10.4a2 2 0 1 1 3.4 1.6L6 15.2h4" />
        </> },
    };
    html! { <svg class="badge" viewBox="0 0 20 20" aria-hidden="true">{ shapes }</svg> }
}
