//! A new producer.

use yew::prelude::*;

use super::{Draft, Form, Line, clients, free_name};
use crate::locale::Words;
use crate::sim::command::{Command, Quantity};
use crate::sim::config::{ACKS, ProducerConfig};
use crate::sim::id::Name;
use crate::sim::scenario::{ProducerSpec, Properties, Workload, limits};
use crate::sim::time::Time;
use crate::ui::kit::{Choice, choice, pick};
use crate::ui::panels::Roster;
use crate::ui::submit::whole;

/// The config's own name.
const ACKS_NAME: &str = "acks";

pub(super) fn first(words: Words, roster: &Roster) -> Draft {
    let name = free_name(words.ui_form_producer_stem(), clients(roster));
    let Workload { rate, keys, .. } = Workload::default();
    Draft {
        texts: vec![name, rate.to_string(), keys.to_string(), String::new()],
        topics: roster.topics.first().map(|(_, name)| name.clone()).into_iter().collect(),
        acks: usize::try_from(ProducerConfig::default().acks).unwrap_or(0),
        ..Draft::default()
    }
}

impl Form<'_> {
    /// Name, topic, rate, keys, `transactional.id`, `acks`.
    pub(super) fn producer_fields(&self) -> Html {
        let words = self.desk.words;
        let topics: Vec<Name> = self.roster.topics.iter().map(|(_, name)| name.clone()).collect();
        let options: Vec<AttrValue> = topics.iter().map(|name| name.to_string().into()).collect();
        let chosen = topics.iter().position(|name| self.draft.topics.contains(name));
        let on_topic = self.changes(move |draft, index: usize| {
            draft.topics = topics.get(index).cloned().into_iter().collect();
        });
        let acks = choice(&Choice {
            label: ACKS_NAME,
            name: "add-acks".into(),
            options: ACKS,
            chosen: Some(self.draft.acks),
            on_choose: self.changes(|draft, index| draft.acks = index),
            langs: &[],
        });
        let keys = Line::NUMBER.hint(Some(words.ui_form_keys_hint()));
        let transactional = Line::PLAIN.hint(Some(words.ui_form_transactional_hint()));
        html! {
            <>
                { self.line(0, words.ui_form_name(), Line::PLAIN) }
                { pick(words.ui_form_topic(), &options, chosen.unwrap_or(0), on_topic) }
                { self.line(1, words.ui_form_rate(), Line::NUMBER) }
                { self.line(2, words.ui_form_keys(), keys) }
                { self.line(3, words.ui_form_transactional(), transactional) }
                <div class="field">
                    <span class="label"><code>{ ACKS_NAME }</code></span>
                    { acks }
                    <small>{ words.config(ACKS_NAME).unwrap_or_default() }</small>
                </div>
            </>
        }
    }

    pub(super) fn producer(&self) -> Result<Command, String> {
        let (words, draft) = (self.desk.words, &self.draft);
        // The list shows its first line as long as nothing is picked.
        let first = self.roster.topics.first().map(|(_, name)| name);
        let topic = draft.topics.first().or(first).ok_or_else(|| words.ui_form_no_topic())?;
        let rate = whole(words, Quantity::Rate, draft.text(1), (0, limits::RATE))?;
        let keys = whole(words, Quantity::Keys, draft.text(2), (0, limits::KEYS))?;
        let acks = ACKS.get(draft.acks).copied().unwrap_or("all");
        Ok(Command::AddProducer(ProducerSpec {
            name: draft.text(0).into(),
            topic: topic.clone(),
            workload: Workload { rate, keys, ..Workload::default() },
            config: Properties::from([(ACKS_NAME.to_owned(), acks.to_owned())]),
            start: Time::ZERO,
            transactional: Some(draft.text(3)).filter(|id| !id.is_empty()).map(Into::into),
            transaction: Default::default(),
        }))
    }
}
