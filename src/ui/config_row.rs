//! One config: its name, its value now, its control, its meaning.

use yew::prelude::*;

use super::desk::Desk;
use super::kit::{Button, Choice, Measure, Number, Sign, choice, refused};
use super::submit::use_submit;
use crate::locale::Words;
use crate::sim::command::{Command, ConfigTarget};
use crate::sim::config::{Kind, Spec, teaching_scale};

/// What a row needs.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// The desk.
    pub desk: Desk,
    /// Which config.
    pub spec: &'static Spec,
    /// What it is now.
    pub value: i64,
    /// Whose.
    pub target: ConfigTarget,
    /// Leaves the meaning and the bounds to the config panel.
    pub brief: bool,
}

/// A row of the config panel.
#[component]
pub fn ConfigRow(props: &Props) -> Html {
    let Props { desk, spec, value, target, brief } = props;
    let words = desk.words;
    let (submit, why) = use_submit(desk);
    let on_set = {
        let (target, name) = (target.clone(), spec.name);
        Callback::from(move |text: String| {
            let (target, value) = (target.clone(), text.trim().into());
            submit.emit(Ok(Command::SetConfig { target, name: name.into(), value }));
        })
    };
    let changed = *value != spec.default;
    let class = if *brief { "config brief" } else { "config" };
    let id = [if *brief { "brief-" } else { "config-" }, &spec.name.replace('.', "-")].concat();
    html! {
        <section {class} aria-labelledby={id.clone()}>
            <h3 {id} title={brief.then(|| words.config(spec.name)).flatten()}>
                <code>{ spec.name }</code>
                if changed {
                    <span class="dot" title={words.ui_config_changed()}>
                        <span class="unseen">{ words.ui_config_changed() }</span>
                    </span>
                }
            </h3>
            { control(spec, *value, *brief, &on_set) }
            { scale(words, spec, *value) }
            { refused(why.as_ref()) }
            if !brief {
                { explained(words, spec, changed.then_some(on_set)) }
            }
        </section>
    }
}

/// Says of a value that it is smaller than Kafka allows.
fn scale(words: Words, spec: &Spec, value: i64) -> Html {
    match teaching_scale(spec.name, value) {
        None => Html::default(),
        Some(least) => html! {
            <p class="scale">{ words.ui_config_teaching(&words.number(least)) }</p>
        },
    }
}

/// What it does, what it is by default, how far it goes, and the way back.
fn explained(words: Words, spec: &'static Spec, on_set: Option<Callback<String>>) -> Html {
    let reset = on_set.map(|on_set| {
        let press = Callback::from(move |_| on_set.emit(spec.show(spec.default)));
        Button::new(words.ui_config_reset(), press).sign(Sign::Reset).class("quiet small").html()
    });
    html! {
        <>
            if let Some(meaning) = words.config(spec.name) {
                <p class="meaning">{ meaning }</p>
            }
            <p class="bounds">
                <span>{ words.ui_config_default_is(&said(words, spec, spec.default)) }</span>
                { bounds(words, spec.kind) }
                { reset.unwrap_or_default() }
            </p>
        </>
    }
}

/// What can be chosen for a part of a whole; a file may give any.
const RATIOS: &[&str] = &["0.01", "0.1", "0.25", "0.5", "0.9"];

/// What can be chosen for `auto.offset.reset`; a file may give any duration.
const OFFSET_RESETS: &[&str] = &["latest", "earliest", "none", "by_duration:PT1M"];

/// A value as people read it.
fn said(words: Words, spec: &Spec, value: i64) -> String {
    match spec.kind {
        Kind::Int { .. } => words.number(value),
        Kind::Bool | Kind::Ratio | Kind::Choice(_) | Kind::OffsetReset => spec.show(value),
    }
}

fn bounds(words: Words, kind: Kind) -> Html {
    let Kind::Int { min, max } = kind else { return Html::default() };
    // The largest numbers there are bound nothing that a person would type.
    let text = if max >= i64::from(i32::MAX) {
        words.ui_config_at_least(&words.number(min))
    } else {
        words.ui_config_bounds(&words.number(min), &words.number(max))
    };
    html! { <span>{ text }</span> }
}

/// Its control: a number with a slider, or a row of what there is.
pub fn control(spec: &'static Spec, value: i64, brief: bool, on_set: &Callback<String>) -> Html {
    let label = spec.name;
    let options = match spec.kind {
        Kind::Int { min, max } => {
            let (unit, max) = (unit(label), reach(spec, max));
            let of = Measure { label, bare: true, unit, value, min, max };
            return html! { <Number {of} on_set={on_set.clone()} /> };
        }
        Kind::Bool => &["false", "true"],
        Kind::Choice(names) => names,
        Kind::OffsetReset => OFFSET_RESETS,
        Kind::Ratio => RATIOS,
    };
    let shown = spec.show(value);
    let on_set = on_set.clone();
    choice(&Choice {
        label,
        name: ["choice-", label, if brief { "-brief" } else { "" }].concat().into(),
        options,
        chosen: options.iter().position(|it| *it == shown),
        on_choose: Callback::from(move |index: usize| {
            on_set.emit(options.get(index).copied().unwrap_or_default().to_owned());
        }),
        langs: &[],
    })
}

/// How far a slider goes: well above the default, never above the bound.
fn reach(spec: &Spec, max: i64) -> i64 {
    let least = match unit(spec.name) {
        Some("ms") => 60_000,
        Some(_) => 1_000_000,
        None => 100,
    };
    spec.default.saturating_mul(10).max(least).min(max)
}

/// The unit that the config's own name tells.
fn unit(name: &str) -> Option<&'static str> {
    if name.ends_with(".ms") {
        Some("ms")
    } else if name.ends_with(".bytes")
        || ["batch.size", "buffer.memory", "max.request.size"].contains(&name)
    {
        Some("B")
    } else {
        None
    }
}
