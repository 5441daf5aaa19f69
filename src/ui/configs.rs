//! Kafka's configs under their real names: what they are now, what they mean, and how to change
//! them.

use std::rc::Rc;

use yew::prelude::*;

use super::config_row::ConfigRow;
use super::hud::{Configs as Slice, Roster};
use super::kit::Pick;
use super::state::{UiAction, use_ui};
use crate::locale::Words;
use crate::sim::command::ConfigTarget;
use crate::sim::config::specs;

/// What the panel needs.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// The language.
    pub words: Words,
    /// The values.
    pub configs: Rc<Slice>,
    /// Whose configs can be shown.
    pub roster: Rc<Roster>,
}

/// The config panel.
#[component]
pub fn Configs(props: &Props) -> Html {
    let Props { words, configs, roster } = props;
    let Some(ui) = use_ui() else { return Html::default() };
    let targets = Rc::new(targets(*words, roster));
    let options: Vec<AttrValue> = targets.iter().map(|(name, _)| name.clone()).collect();
    let chosen = targets.iter().position(|(_, target)| *target == configs.target).unwrap_or(0);
    let on_choose = {
        let ui = ui.dispatcher();
        Callback::from(move |index: usize| {
            if let Some((_, target)) = targets.get(index) {
                ui.dispatch(UiAction::ConfigsOf(target.clone()));
            }
        })
    };
    let rows = specs(configs.scope).iter().zip(&configs.values).map(|(spec, value)| {
        let target = configs.target.clone();
        // A row belongs to one thing: what is typed for one must not show for another.
        let key = format!("{chosen}{}", spec.name);
        html! { <ConfigRow {key} words={*words} spec={*spec} value={*value} {target} /> }
    });
    html! {
        <div class="configs">
            <Pick label={words.ui_config_of()} {options} {chosen} {on_choose} />
            { for rows }
        </div>
    }
}

/// Everything that has configs: the cluster, topics, producers, consumers.
fn targets(words: Words, roster: &Roster) -> Vec<(AttrValue, ConfigTarget)> {
    let named = |kind: &str, name: &str| AttrValue::from(format!("{kind} {name}"));
    let mut all = vec![(words.ui_cluster().into(), ConfigTarget::Cluster)];
    for (_, name) in &roster.topics {
        all.push((named(words.ui_topic(), name), ConfigTarget::Topic(name.clone())));
    }
    for (id, name) in &roster.producers {
        all.push((named(words.ui_producer(), name), ConfigTarget::Client(*id)));
    }
    for (id, name) in &roster.consumers {
        all.push((named(words.ui_consumer(), name), ConfigTarget::Client(*id)));
    }
    all
}
