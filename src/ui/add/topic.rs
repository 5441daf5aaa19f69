//! A new topic.

use yew::prelude::*;

use super::{Draft, Form, Line, free_name};
use crate::locale::Words;
use crate::sim::command::{Command, Quantity};
use crate::sim::scenario::{Properties, TopicSpec, limits};
use crate::ui::panels::Roster;
use crate::ui::submit::whole;

const MINIMUM: &str = "min.insync.replicas";

pub(super) fn first(words: Words, roster: &Roster) -> Draft {
    let brokers = roster.brokers.len();
    let name = free_name(words.ui_form_topic_stem(), roster.topics.iter().map(|(_, name)| name));
    let minimum = if brokers > 2 { "2" } else { "1" };
    let texts = vec![name, "3".to_owned(), brokers.min(3).to_string(), minimum.to_owned()];
    Draft { texts, ..Draft::default() }
}

impl Form<'_> {
    /// Name, partitions, replication factor, `min.insync.replicas`.
    pub(super) fn topic_fields(&self) -> Html {
        let words = self.desk.words;
        let number = |index, label, config: &str| {
            self.line(index, label, Line::NUMBER.hint(words.config(config)))
        };
        html! {
            <>
                { self.line(0, words.ui_form_name(), Line::PLAIN) }
                { number(1, words.ui_form_partitions(), "num.partitions") }
                { number(2, words.ui_form_replication(), "replication.factor") }
                { number(3, MINIMUM, MINIMUM) }
            </>
        }
    }

    pub(super) fn topic(&self) -> Result<Command, String> {
        let (words, draft) = (self.desk.words, &self.draft);
        let most = limits::BROKERS as u32;
        let partitions =
            whole(words, Quantity::Partitions, draft.text(1), (1, limits::PARTITIONS))?;
        let factor = whole(words, Quantity::ReplicationFactor, draft.text(2), (1, most))?;
        Ok(Command::CreateTopic(TopicSpec {
            name: draft.text(0).into(),
            partitions: Some(partitions),
            replication_factor: Some(factor),
            config: Properties::from([(MINIMUM.to_owned(), draft.text(3).to_owned())]),
            assignment: Vec::new(),
        }))
    }
}
