//! A new producer.

use yew::prelude::*;

use super::form::{Form, use_field};
use super::{Props, free_name};
use crate::sim::command::{Command, Quantity};
use crate::sim::config::{ACKS, ProducerConfig};
use crate::sim::scenario::{ProducerSpec, Properties, Workload, limits};
use crate::sim::time::Time;
use crate::ui::kit::{Choice, Pick, Text};
use crate::ui::submit::whole;

/// The config's own name.
const ACKS_NAME: &str = "acks";

/// Name, topic, rate, keys, `acks`.
#[component]
pub fn AddProducer(props: &Props) -> Html {
    let Props { words, roster } = props;
    let taken = roster.producers.iter().chain(&roster.consumers).map(|(_, name)| &**name);
    let (name, on_name) = use_field(|| free_name(words.ui_form_producer_stem(), taken));
    let (rate, on_rate) = use_field(|| Workload::default().rate.to_string());
    let (keys, on_keys) = use_field(|| Workload::default().keys.to_string());
    let topic = use_state_eq(|| 0_usize);
    let acks = use_state_eq(|| usize::try_from(ProducerConfig::default().acks).unwrap_or(0));
    let wanted = || {
        let (_, topic) = roster.topics.get(*topic).ok_or_else(|| words.ui_form_no_topic())?;
        let rate = whole(*words, Quantity::Rate, &rate, (0, limits::RATE))?;
        let keys = whole(*words, Quantity::Keys, &keys, (0, limits::KEYS))?;
        let acks = ("acks".to_owned(), ACKS.get(*acks).copied().unwrap_or("all").to_owned());
        Ok(Command::AddProducer(ProducerSpec {
            name: name.trim().into(),
            topic: topic.clone(),
            workload: Workload { rate, keys, ..Workload::default() },
            config: Properties::from([acks]),
            start: Time::ZERO,
        }))
    };
    let wanted = wanted();
    let topics: Vec<AttrValue> =
        roster.topics.iter().map(|(_, name)| AttrValue::from(name.to_string())).collect();
    let on_topic = {
        let topic = topic.clone();
        Callback::from(move |index: usize| topic.set(index))
    };
    let on_acks = {
        let acks = acks.clone();
        Callback::from(move |index: usize| acks.set(index))
    };
    let options: Vec<AttrValue> = ACKS.iter().map(|name| AttrValue::from(*name)).collect();
    html! {
        <Form words={*words} title={words.ui_add_producer()} {wanted}>
            <Text label={words.ui_form_name()} value={name} on_input={on_name} />
            <Pick label={words.ui_form_topic()} options={topics} chosen={*topic}
                on_choose={on_topic} />
            <Text label={words.ui_form_rate()} value={rate} mode="numeric" on_input={on_rate} />
            <Text label={words.ui_form_keys()} value={keys} mode="numeric"
                hint={words.ui_form_keys_hint()} on_input={on_keys} />
            <div class="field">
                <span class="label"><code>{ ACKS_NAME }</code></span>
                <Choice label={ACKS_NAME} name="add-acks" {options} chosen={Some(*acks)}
                    on_choose={on_acks} />
                <small>{ words.config("acks").unwrap_or_default() }</small>
            </div>
        </Form>
    }
}
