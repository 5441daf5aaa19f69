//! One config: its name, its value now, its control, its meaning.

use yew::prelude::*;

use super::kit::{Button, Choice, Number, Refused, Sign};
use super::submit::use_submit;
use crate::locale::Words;
use crate::sim::command::{Command, ConfigTarget};
use crate::sim::config::{Kind, Spec};

/// What a row needs.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// The language.
    pub words: Words,
    /// Which config.
    pub spec: Spec,
    /// What it is now.
    pub value: i64,
    /// Whose.
    pub target: ConfigTarget,
    /// Leaves the meaning and the bounds to the config panel.
    #[prop_or_default]
    pub brief: bool,
}

/// A row of the config panel.
#[component]
pub fn ConfigRow(props: &Props) -> Html {
    let Props { words, spec, value, target, brief } = props;
    let hand = use_submit(*words);
    let on_set = {
        let (submit, target, name) = (hand.submit, target.clone(), spec.name);
        Callback::from(move |text: String| {
            let (target, value) = (target.clone(), text.trim().into());
            submit.emit(Ok(Command::SetConfig { target, name: name.into(), value }));
        })
    };
    let changed = *value != spec.default;
    let on_reset = {
        let (on_set, default) = (on_set.clone(), spec.show(spec.default));
        Callback::from(move |()| on_set.emit(default.clone()))
    };
    let place = if *brief { "brief" } else { "config" };
    let id = format!("{place}-{}", spec.name.replace('.', "-"));
    html! {
        <section class={classes!("config", brief.then_some("brief"))} aria-labelledby={id.clone()}>
            <h3 {id} title={brief.then(|| words.config(spec.name)).flatten()}>
                <code>{ spec.name }</code>
                if changed {
                    <span class="dot" title={words.ui_config_changed()}>
                        <span class="unseen">{ words.ui_config_changed() }</span>
                    </span>
                }
            </h3>
            { control(spec, *value, *brief, &on_set) }
            <Refused why={hand.why} />
            if !brief {
                { explained(*words, spec, changed.then_some(on_reset)) }
            }
        </section>
    }
}

/// What it does, what it is by default, how far it goes, and the way back.
fn explained(words: Words, spec: &Spec, on_reset: Option<Callback<()>>) -> Html {
    html! {
        <>
            if let Some(meaning) = words.config(spec.name) {
                <p class="meaning">{ meaning }</p>
            }
            <p class="bounds">
                <span>{ words.ui_config_default_is(&said(words, spec, spec.default)) }</span>
                { bounds(words, spec.kind) }
                if let Some(on_press) = on_reset {
                    <Button label={words.ui_config_reset()} sign={Sign::Reset} class="quiet small"
                        {on_press} />
                }
            </p>
        </>
    }
}

/// A value as people read it.
fn said(words: Words, spec: &Spec, value: i64) -> String {
    match spec.kind {
        Kind::Int { .. } => words.number(value),
        Kind::Bool | Kind::Choice(_) => spec.show(value),
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

fn control(spec: &Spec, value: i64, brief: bool, on_set: &Callback<String>) -> Html {
    let label = spec.name;
    let name = format!("choice-{}{}", spec.name, if brief { "-brief" } else { "" });
    let choices = |names: Vec<AttrValue>| {
        let (on_set, spec) = (on_set.clone(), *spec);
        let on_choose = Callback::from(move |index: usize| on_set.emit(spec.show(index as i64)));
        let chosen = usize::try_from(value).ok();
        html! { <Choice {label} {name} options={names} {chosen} {on_choose} /> }
    };
    match spec.kind {
        Kind::Int { min, max } => html! {
            <Number {label} bare=true {value} {min} max={reach(spec, max)} unit={unit(spec.name)}
                on_set={on_set.clone()} />
        },
        Kind::Bool => choices(vec!["false".into(), "true".into()]),
        Kind::Choice(names) => choices(names.iter().map(|name| AttrValue::from(*name)).collect()),
    }
}

/// How far a slider goes: well above the default, never above the bound.
fn reach(spec: &Spec, max: i64) -> i64 {
    let least = match unit(spec.name).as_deref() {
        Some("ms") => 60_000,
        Some(_) => 1_000_000,
        None => 100,
    };
    spec.default.saturating_mul(10).max(least).min(max)
}

/// The unit that the config's own name tells.
fn unit(name: &str) -> Option<AttrValue> {
    if name.ends_with(".ms") {
        Some("ms".into())
    } else if name.ends_with(".bytes")
        || ["batch.size", "buffer.memory", "max.request.size"].contains(&name)
    {
        Some("B".into())
    } else {
        None
    }
}
