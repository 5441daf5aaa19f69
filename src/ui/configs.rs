//! Kafka's configs under their real names: what they are now, what they mean, and how to change
//! them.

use yew::prelude::*;

use super::config_row::ConfigRow;
use super::desk::Desk;
use super::kit::pick;
use super::panels::{Configs, Roster};
use super::state::UiAction;
use crate::locale::Words;
use crate::sim::command::ConfigTarget;
use crate::sim::config::specs;

/// The config panel.
pub fn configs(desk: &Desk, configs: &Configs, roster: &Roster) -> Html {
    let targets = targets(desk.words, roster);
    let options: Vec<AttrValue> = targets.iter().map(|(name, _)| name.clone()).collect();
    let chosen = targets.iter().position(|(_, target)| *target == configs.target).unwrap_or(0);
    let on_choose = {
        let ui = desk.ui.dispatcher();
        Callback::from(move |index: usize| {
            if let Some((_, target)) = targets.get(index) {
                ui.dispatch(UiAction::ConfigsOf(target.clone()));
            }
        })
    };
    let rows = specs(configs.scope).iter().zip(&configs.values).map(|(spec, value)| {
        // A row belongs to one thing: what is typed for one must not show for another.
        let key = [&*chosen.to_string(), spec.name].concat();
        let target = configs.target.clone();
        html! {
            <ConfigRow {key} desk={desk.clone()} {spec} value={*value} {target} brief=false />
        }
    });
    html! {
        <div class="configs">
            { pick(desk.words.ui_config_of(), &options, chosen, on_choose) }
            { for rows }
        </div>
    }
}

/// Everything that has configs: the cluster, topics, producers, consumers.
fn targets(words: Words, roster: &Roster) -> Vec<(AttrValue, ConfigTarget)> {
    let named = |kind: &str, name: &str| AttrValue::from([kind, " ", name].concat());
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
