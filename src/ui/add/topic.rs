//! A new topic.

use yew::prelude::*;

use super::form::{Form, use_field};
use super::{Props, free_name};
use crate::sim::command::{Command, Quantity};
use crate::sim::scenario::{Properties, TopicSpec, limits};
use crate::ui::kit::Text;
use crate::ui::submit::whole;

/// Name, partitions, replication factor, `min.insync.replicas`.
#[component]
pub fn AddTopic(props: &Props) -> Html {
    let Props { words, roster } = props;
    let brokers = roster.brokers.len();
    let (name, on_name) = use_field(|| {
        free_name(words.ui_form_topic_stem(), roster.topics.iter().map(|(_, name)| &**name))
    });
    let (partitions, on_partitions) = use_field(|| "3".to_owned());
    let (factor, on_factor) = use_field(|| brokers.min(3).to_string());
    let (minimum, on_minimum) = use_field(|| if brokers > 2 { "2" } else { "1" }.to_owned());
    let wanted = || {
        let partitions = whole(*words, Quantity::Partitions, &partitions, (1, limits::PARTITIONS))?;
        let most = limits::BROKERS as u32;
        let factor = whole(*words, Quantity::ReplicationFactor, &factor, (1, most))?;
        let minimum = ("min.insync.replicas".to_owned(), minimum.trim().to_owned());
        Ok(Command::CreateTopic(TopicSpec {
            name: name.trim().into(),
            partitions: Some(partitions),
            replication_factor: Some(factor),
            config: Properties::from([minimum]),
            assignment: Vec::new(),
        }))
    };
    let meaning = |name: &str| words.config(name).map(AttrValue::from);
    html! {
        <Form words={*words} title={words.ui_add_topic()} wanted={wanted()}>
            <Text label={words.ui_form_name()} value={name} on_input={on_name} />
            <Text label={words.ui_form_partitions()} value={partitions} mode="numeric"
                hint={meaning("num.partitions")} on_input={on_partitions} />
            <Text label={words.ui_form_replication()} value={factor} mode="numeric"
                hint={meaning("replication.factor")} on_input={on_factor} />
            <Text label="min.insync.replicas" value={minimum} mode="numeric"
                hint={meaning("min.insync.replicas")} on_input={on_minimum} />
        </Form>
    }
}
