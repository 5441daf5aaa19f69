//! A new consumer.

use yew::prelude::*;

use super::{Draft, Form, Line, clients, free_name};
use crate::locale::Words;
use crate::sim::command::{Command, Quantity};
use crate::sim::config::ASSIGNMENT_STRATEGIES;
use crate::sim::handling::{CommitMode, Handler, Handling};
use crate::sim::id::Name;
use crate::sim::scenario::{ConsumerSpec, Properties};
use crate::sim::time::{Span, Time};
use crate::ui::application::{commits, explained, handlers};
use crate::ui::kit::{Button, pick};
use crate::ui::panels::Roster;
use crate::ui::submit::whole;

/// The group's place among the lines of text.
const GROUP: usize = 1;
/// The rack's.
const RACK: usize = 3;
/// And that of a static member's name.
const INSTANCE: usize = 4;

/// The config's own name.
const ASSIGNOR: &str = "partition.assignment.strategy";

pub(super) fn first(words: Words, roster: &Roster) -> Draft {
    let group = roster.groups.first().map(|name| name.to_string());
    let group = group.unwrap_or_else(|| free_name(words.ui_form_group_stem(), []));
    Draft {
        texts: vec![
            free_name("C", clients(roster)),
            group,
            "20".to_owned(),
            String::new(),
            String::new(),
        ],
        topics: roster.topics.first().map(|(_, name)| name.clone()).into_iter().collect(),
        ..Draft::default()
    }
}

impl Form<'_> {
    /// Name, group, topics, processing time; how it works; the names that it may give.
    pub(super) fn consumer_fields(&self) -> Html {
        let words = self.desk.words;
        let group = Line::PLAIN.hint(words.term("consumer-group").map(|term| term.meaning));
        let rack = Line::PLAIN.hint(Some(words.ui_form_client_rack_hint()));
        let instance = Line::PLAIN.hint(Some(words.ui_form_instance_hint()));
        let time = Line { unit: Some("ms"), ..Line::NUMBER };
        html! {
            <>
                { self.line(0, words.ui_form_name(), Line::PLAIN) }
                { self.line(GROUP, words.ui_form_group(), group) }
                if self.roster.groups.len() > 1 {
                    <div class="buttons">
                        { for self.roster.groups.iter().map(|name| self.group(name)) }
                    </div>
                }
                <fieldset>
                    <legend>{ words.ui_form_topics() }</legend>
                    { for self.roster.topics.iter().map(|(_, topic)| self.reads(topic)) }
                </fieldset>
                { self.line(2, words.ui_form_processing(), time) }
                { self.listed(0, words.ui_commit(), &commits(words)) }
                { self.listed(1, words.ui_handler(), &handlers(words)) }
                { self.assignor() }
                { self.line(INSTANCE, "group.instance.id", instance) }
                { self.line(RACK, "client.rack", rack) }
            </>
        }
    }

    /// A list that says what its chosen line means.
    pub(super) fn listed(
        &self,
        place: usize,
        label: &'static str,
        ways: &[(&'static str, &'static str)],
    ) -> Html {
        let on_choose = self.changes(move |draft, index: usize| {
            draft.picks.get_mut(place).into_iter().for_each(|pick| *pick = index);
        });
        explained(label, ways, self.draft.picks[place], on_choose)
    }

    fn assignor(&self) -> Html {
        let options: Vec<AttrValue> = ASSIGNMENT_STRATEGIES.iter().map(|it| (*it).into()).collect();
        let on_choose = self.changes(move |draft, index: usize| draft.picks[2] = index);
        pick(ASSIGNOR, &options, self.draft.picks[2], on_choose)
    }

    /// What was chosen from the lists.
    fn handling(&self) -> (Properties, Handling) {
        let [commit, handler, assignor] = self.draft.picks;
        let mut config = Properties::new();
        let mode = commit.checked_sub(1).and_then(|at| CommitMode::ALL.get(at));
        if mode.is_some() {
            config.insert("enable.auto.commit".to_owned(), "false".to_owned());
        }
        if let Some(name) = ASSIGNMENT_STRATEGIES.get(assignor).filter(|_| assignor > 0) {
            config.insert(ASSIGNOR.to_owned(), (*name).to_owned());
        }
        let handling = Handling {
            commit: mode.copied().unwrap_or_default(),
            handler: Handler::ALL.get(handler).copied().unwrap_or_default(),
            ..Handling::default()
        };
        (config, handling)
    }

    /// A group that there is already.
    fn group(&self, name: &Name) -> Html {
        let own = name.to_string();
        let press = self.changes(move |draft, _| {
            if let Some(group) = draft.texts.get_mut(GROUP) {
                group.clone_from(&own);
            }
        });
        let chosen = **name == *self.draft.text(GROUP);
        Button::new(name.to_string(), press).class("small").pressed(chosen).html()
    }

    /// Whether it reads a topic.
    pub(super) fn reads(&self, topic: &Name) -> Html {
        let own = topic.clone();
        let onchange = self.changes(move |draft, _: Event| {
            match draft.topics.iter().position(|other| *other == own) {
                Some(at) => drop(draft.topics.remove(at)),
                None => draft.topics.push(own.clone()),
            }
        });
        html! {
            <label class="check">
                <input type="checkbox" checked={self.draft.topics.contains(topic)} {onchange} />
                <span>{ &**topic }</span>
            </label>
        }
    }

    pub(super) fn consumer(&self) -> Result<Command, String> {
        let (words, draft) = (self.desk.words, &self.draft);
        if draft.topics.is_empty() {
            return Err(words.ui_form_no_topic_read().to_owned());
        }
        let ms = whole(words, Quantity::Processing, draft.text(2), (0, 86_400_000))?;
        let (config, handling) = self.handling();
        Ok(Command::AddConsumer(ConsumerSpec {
            name: draft.text(0).into(),
            group: draft.text(GROUP).into(),
            topics: draft.topics.clone(),
            processing: Span::ms(ms.into()),
            config,
            start: Time::ZERO,
            rack: Some(draft.text(RACK)).filter(|rack| !rack.is_empty()).map(Into::into),
            instance: Some(draft.text(INSTANCE)).filter(|it| !it.is_empty()).map(Into::into),
            handling,
            share: false,
        }))
    }
}
