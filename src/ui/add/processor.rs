//! A new stream processor.

use yew::prelude::*;

use super::{Draft, Form, Line, clients, free_name};
use crate::locale::Words;
use crate::sim::command::{Command, Quantity};
use crate::sim::processing::{ProcessingGuarantee, Transform};
use crate::sim::scenario::{ProcessorSpec, Properties, counts};
use crate::sim::time::{Span, Time};
use crate::ui::application::{guarantees, transforms};
use crate::ui::kit::pick;
use crate::ui::panels::Roster;
use crate::ui::submit::whole;

/// Places among what is picked: what it does, how sure it is, where results go.
const TRANSFORM: usize = 0;
const GUARANTEE: usize = 1;
const TO: usize = 2;

pub(super) fn first(words: Words, roster: &Roster) -> Draft {
    let name = free_name(words.ui_form_processor_stem(), clients(roster));
    let mut picks = [0; 3];
    picks[GUARANTEE] = 1;
    // Results into the topic that they come from would go round for ever.
    picks[TO] = usize::from(roster.topics.len() > 1);
    Draft {
        texts: vec![name.clone(), name, "1".to_owned()],
        topics: roster.topics.first().map(|(_, name)| name.clone()).into_iter().collect(),
        picks,
        ..Draft::default()
    }
}

impl Form<'_> {
    /// Name, `application.id`, topics, what becomes of records, where results go,
    /// `processing.guarantee`, time for one record.
    pub(super) fn processor_fields(&self) -> Html {
        let words = self.desk.words;
        let names = self.roster.topics.iter().map(|(_, name)| name.to_string().into());
        let topics: Vec<AttrValue> = names.collect();
        let on_to = self.changes(|draft, index: usize| draft.picks[TO] = index);
        let application = Line::PLAIN.hint(Some(words.ui_form_application_hint()));
        let time = Line { unit: Some("ms"), ..Line::NUMBER };
        html! {
            <>
                { self.line(0, words.ui_form_name(), Line::PLAIN) }
                { self.line(1, "application.id", application) }
                <fieldset>
                    <legend>{ words.ui_form_topics() }</legend>
                    { for self.roster.topics.iter().map(|(_, topic)| self.reads(topic)) }
                </fieldset>
                { self.listed(TRANSFORM, words.ui_fact_transform(), &transforms(words)) }
                { pick(words.ui_fact_writes_to(), &topics, self.draft.picks[TO], on_to) }
                { self.listed(GUARANTEE, "processing.guarantee", &guarantees(words)) }
                { self.line(2, words.ui_form_processing(), time) }
            </>
        }
    }

    pub(super) fn processor(&self) -> Result<Command, String> {
        let (words, draft) = (self.desk.words, &self.draft);
        let [transform, guarantee, to] = draft.picks;
        if draft.topics.is_empty() {
            return Err(words.ui_form_no_topic_read().to_owned());
        }
        let (_, to) = self.roster.topics.get(to).ok_or_else(|| words.ui_form_no_topic())?;
        let ms = whole(words, Quantity::Processing, draft.text(2), (0, 86_400_000))?;
        Ok(Command::AddProcessor(ProcessorSpec {
            name: draft.text(0).into(),
            group: draft.text(1).into(),
            topics: draft.topics.clone(),
            to: to.clone(),
            guarantee: ProcessingGuarantee::ALL.get(guarantee).copied().unwrap_or_default(),
            store: counts(),
            transform: Transform::ALL.get(transform).copied().unwrap_or_default(),
            processing: Span::ms(ms.into()),
            consumer: Properties::new(),
            producer: Properties::new(),
            start: Time::ZERO,
        }))
    }
}
