//! A new consumer.

use yew::prelude::*;

use super::form::{Form, use_field};
use super::{Props, free_name};
use crate::sim::command::{Command, Quantity};
use crate::sim::id::Name;
use crate::sim::scenario::{ConsumerSpec, Properties};
use crate::sim::time::{Span, Time};
use crate::ui::kit::{Button, Text};
use crate::ui::submit::whole;

/// Name, group, topics, processing time.
#[component]
pub fn AddConsumer(props: &Props) -> Html {
    let Props { words, roster } = props;
    let taken = roster.producers.iter().chain(&roster.consumers).map(|(_, name)| &**name);
    let (name, on_name) = use_field(|| free_name("C", taken));
    let (group, on_group) = use_field(|| {
        let first = roster.groups.first().map(|name| name.to_string());
        first.unwrap_or_else(|| free_name(words.ui_form_group_stem(), [].into_iter()))
    });
    let (processing, on_processing) = use_field(|| "20".to_owned());
    // None reads all topics.
    let picked = use_state_eq(|| None::<Vec<Name>>);
    let first = || roster.topics.first().map(|(_, name)| name.clone()).into_iter().collect();
    let topics: Vec<Name> = (*picked).clone().unwrap_or_else(first);
    let wanted = {
        let topics = topics.clone();
        let form = || {
            if topics.is_empty() {
                return Err(words.ui_form_no_topic().to_owned());
            }
            let ms = whole(*words, Quantity::Processing, &processing, (0, 86_400_000))?;
            Ok(Command::AddConsumer(ConsumerSpec {
                name: name.trim().into(),
                group: group.trim().into(),
                topics: topics.clone(),
                processing: Span::ms(ms.into()),
                config: Properties::new(),
                start: Time::ZERO,
            }))
        };
        form()
    };
    let other = |name: &Name| {
        let (on_group, own) = (on_group.clone(), name.to_string());
        let on_press = Callback::from(move |()| on_group.emit(own.clone()));
        html! { <Button key={name.to_string()} label={name.to_string()} class="small" {on_press}
        pressed={**name == *group} /> }
    };
    html! {
        <Form words={*words} title={words.ui_add_consumer()} {wanted}>
            <Text label={words.ui_form_name()} value={name} on_input={on_name} />
            <Text label={words.ui_form_group()} value={group.clone()} on_input={on_group.clone()}
                hint={words.term("consumer-group").map(|term| AttrValue::from(term.meaning))} />
            if roster.groups.len() > 1 {
                <div class="buttons">{ for roster.groups.iter().map(other) }</div>
            }
            <fieldset>
                <legend>{ words.ui_form_topics() }</legend>
                { for roster.topics.iter().map(|(_, topic)| choice(topic, &topics, &picked)) }
            </fieldset>
            <Text label={words.ui_form_processing()} value={processing} mode="numeric" unit="ms"
                on_input={on_processing} />
        </Form>
    }
}

/// Whether it reads a topic.
fn choice(topic: &Name, topics: &[Name], picked: &UseStateHandle<Option<Vec<Name>>>) -> Html {
    let reads = topics.contains(topic);
    let onchange = {
        let (picked, topics, topic) = (picked.clone(), topics.to_vec(), topic.clone());
        Callback::from(move |_: Event| {
            let mut topics = topics.clone();
            match reads {
                true => topics.retain(|other| *other != topic),
                false => topics.push(topic.clone()),
            }
            picked.set(Some(topics));
        })
    };
    html! {
        <label class="check" key={topic.to_string()}>
            <input type="checkbox" checked={reads} {onchange} />
            <span>{ &**topic }</span>
        </label>
    }
}
