//! "The same with one thing changed": which config, or what is left out; and the branch beside
//! this one.

use yew::prelude::*;

use super::tape::Tape;
use crate::locale::Words;
use crate::session::vary::{Variation, Whose};
use crate::sim::command::ConfigTarget;
use crate::sim::config::{Scope, Spec, specs};
use crate::ui::config_row::control;
use crate::ui::desk::Desk;
use crate::ui::hud::Slice;
use crate::ui::kit::{Button, Sign, pick, refused};
use crate::ui::panels::Roster;
use crate::ui::state::UiAction;
use crate::ui::submit::explain;

/// So many of the latest commands can be left out.
const LATEST: usize = 12;

/// What the form needs.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// The desk.
    pub desk: Desk,
    /// What there is.
    pub roster: Slice<Roster>,
    /// The tape.
    pub tape: Slice<Tape>,
}

/// Which config of whose, and its value: none yet is its default.
#[derive(Clone, PartialEq, Default)]
struct Draft {
    whose: usize,
    config: usize,
    value: Option<i64>,
}

/// The form.
#[component]
pub fn Vary(props: &Props) -> Html {
    let Props { desk, roster, .. } = props;
    let words = desk.words;
    let draft = use_state(Draft::default);
    let why = use_state(|| None::<AttrValue>);
    let all = whose(words, roster);
    let chosen = all.get(draft.whose).or(all.first());
    let Some((_, whose, scope)) = chosen else { return Html::default() };
    let specs = specs(*scope);
    let Some(spec) = specs.get(draft.config).or(specs.first()) else { return Html::default() };
    let names: Vec<AttrValue> = all.iter().map(|(name, ..)| name.clone()).collect();
    let configs: Vec<AttrValue> = specs.iter().map(|it| AttrValue::Static(it.name)).collect();
    let value = draft.value.unwrap_or(spec.default);
    let (first, second) = (draft.clone(), draft.clone());
    let pick_whose = Callback::from(move |whose| first.set(Draft { whose, ..Draft::default() }));
    let pick_config = Callback::from(move |config| {
        second.set(Draft { config, value: None, ..(*second).clone() });
    });
    let on_set = {
        let (draft, why) = (draft.clone(), why.clone());
        Callback::from(move |text: String| match spec.parse(text.trim()) {
            Some(value) => {
                why.set(None);
                draft.set(Draft { value: Some(value), ..(*draft).clone() });
            }
            None => why.set(Some(words.ui_vary_wrong(spec.name, &text).into())),
        })
    };
    let press = beside(desk, whose.clone(), spec, value, why.clone());
    html! {
        <section class="vary">
            <h3>{ words.ui_vary() }</h3>
            <p>{ words.ui_vary_intro() }</p>
            { pick(words.ui_config_of(), &names, draft.whose, pick_whose) }
            { pick(words.ui_vary_config(), &configs, draft.config, pick_config) }
            <div key={spec.name}>{ control(spec, value, true, &on_set) }</div>
            { refused(why.as_ref()) }
            <div class="buttons">
                { Button::new(words.ui_vary_beside(spec.name, &spec.show(value)), press)
                    .sign(Sign::Branch).class("strong").enabled(draft.value.is_some())
                    .id("vary").html() }
            </div>
            { left_out(desk) }
        </section>
    }
}

/// Makes the branch and looks at it.
fn beside(
    desk: &Desk,
    whose: Whose,
    spec: &'static Spec,
    value: i64,
    why: UseStateHandle<Option<AttrValue>>,
) -> Callback<MouseEvent> {
    let desk = desk.clone();
    Callback::from(move |_| {
        let made = desk.handle.branch(|session| {
            let value = spec.show(value).into();
            let variation = Variation::of(session, whose.clone(), spec.name.into(), value);
            session.vary(variation)
        });
        match made {
            Ok(id) => desk.ui.dispatch(UiAction::Beside(Some(id))),
            Err(flaw) => {
                why.set(Some(explain(&desk.handle, desk.words, &flaw.refusal).into()));
            }
        }
    })
}

/// What was done, each to be left out.
fn left_out(desk: &Desk) -> Html {
    let words = desk.words;
    let commands: Vec<(usize, String)> = desk.handle.read(|session| {
        let all = session.timeline().commands().iter().enumerate().rev().take(LATEST);
        let told = all.map(|(place, (at, command))| {
            let (clock, _) = words.clock(at.0);
            (place, words.ui_vary_without(&words.command(command, session.world()), &clock))
        });
        told.collect()
    });
    if commands.is_empty() {
        return Html::default();
    }
    let line = |(place, said): (usize, String)| {
        let desk = desk.clone();
        let press = Callback::from(move |_: MouseEvent| {
            let made = desk.handle.branch(|session| session.leave_out(place));
            if let Ok(Some(id)) = made {
                desk.ui.dispatch(UiAction::Beside(Some(id)));
            }
        });
        html! { <li>{ Button::new(said, press).class("small quiet").html() }</li> }
    };
    html! {
        <>
            <p>{ words.ui_vary_or() }</p>
            <ul class="deeds-list">{ for commands.into_iter().map(line) }</ul>
        </>
    }
}

/// Everything that has configs: each kind as a whole, the cluster, and one by one.
fn whose(words: Words, roster: &Roster) -> Vec<(AttrValue, Whose, Scope)> {
    let named = |kind: &str, name: &str| AttrValue::from([kind, " ", name].concat());
    let mut all = vec![
        (words.ui_vary_producers().into(), Whose::Producers, Scope::Producer),
        (words.ui_vary_consumers().into(), Whose::Consumers, Scope::Consumer),
        (words.ui_vary_topics().into(), Whose::Topics, Scope::Topic),
        (words.ui_cluster().into(), Whose::Of(ConfigTarget::Cluster), Scope::Cluster),
    ];
    for (_, name) in &roster.topics {
        let target = Whose::Of(ConfigTarget::Topic(name.clone()));
        all.push((named(words.ui_topic(), name), target, Scope::Topic));
    }
    for (id, name) in &roster.producers {
        let target = Whose::Of(ConfigTarget::Client(*id));
        all.push((named(words.ui_producer(), name), target, Scope::Producer));
    }
    for (id, name) in &roster.consumers {
        let target = Whose::Of(ConfigTarget::Client(*id));
        all.push((named(words.ui_consumer(), name), target, Scope::Consumer));
    }
    all
}
