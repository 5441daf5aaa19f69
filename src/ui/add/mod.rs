//! THE FORMS. New topics, producers, consumers, stream processors and brokers.
//! Who may knock: the dialog over the side panel.
//! Never here: what a name or a number must be; the world refuses what cannot be.

mod broker;
mod consumer;
mod processor;
mod producer;
mod split;
mod topic;

use yew::prelude::*;

use super::desk::Desk;
use super::kit::{Button, Text, refused, text, typed};
use super::panels::Roster;
use super::state::{Kind, UiAction};
use super::submit::Submit;
use crate::locale::Words;
use crate::sim::Command;
use crate::sim::id::{Name, Node};

/// What is typed and picked in a form.
#[derive(Clone, Default, PartialEq)]
pub struct Draft {
    /// Its lines of text, in order.
    texts: Vec<String>,
    /// The topics, or the one topic, that a client is for.
    topics: Vec<Name>,
    /// Which value of `acks`.
    acks: usize,
    /// Who stands on the second island.
    island: Vec<Node>,
    /// What is picked from the lists of a form, whatever they are.
    picks: [usize; 3],
}

impl Draft {
    /// What a form says when it opens.
    pub fn first(kind: Kind, words: Words, roster: &Roster) -> Self {
        match kind {
            Kind::Topic => topic::first(words, roster),
            Kind::Producer => producer::first(words, roster),
            Kind::Consumer => consumer::first(words, roster),
            Kind::Processor => processor::first(words, roster),
            Kind::Broker => broker::first(roster),
        }
    }

    fn text(&self, index: usize) -> &str {
        self.texts.get(index).map_or("", |text| text.trim())
    }
}

/// A form that is being filled in.
pub struct Form<'a> {
    /// The desk.
    pub desk: &'a Desk,
    /// What there is already.
    pub roster: &'a Roster,
    /// What is typed and picked.
    pub draft: UseStateHandle<Draft>,
}

/// More about a line of text.
#[derive(Clone, Copy)]
struct Line {
    numeric: bool,
    unit: Option<&'static str>,
    hint: Option<&'static str>,
}

impl Line {
    const PLAIN: Self = Self { numeric: false, unit: None, hint: None };
    const NUMBER: Self = Self { numeric: true, ..Self::PLAIN };

    const fn hint(self, hint: Option<&'static str>) -> Self {
        Self { hint, ..self }
    }
}

impl Form<'_> {
    /// The form. It closes when what it asks for is done; else it says why not.
    pub fn html(&self, kind: Kind, hand: (Submit, Option<AttrValue>)) -> Html {
        let (fields, wanted) = match kind {
            Kind::Topic => (self.topic_fields(), self.topic()),
            Kind::Producer => (self.producer_fields(), self.producer()),
            Kind::Consumer => (self.consumer_fields(), self.consumer()),
            Kind::Processor => (self.processor_fields(), self.processor()),
            Kind::Broker => (self.broker_fields(), self.broker()),
        };
        self.framed(fields, wanted, self.desk.words.ui_add(), hand)
    }

    fn framed(
        &self,
        fields: Html,
        wanted: Result<Command, String>,
        label: &'static str,
        (submit, why): (Submit, Option<AttrValue>),
    ) -> Html {
        let words = self.desk.words;
        let onsubmit = {
            let ui = self.desk.ui.dispatcher();
            Callback::from(move |event: SubmitEvent| {
                event.prevent_default();
                if submit.emit(wanted.clone()) {
                    ui.dispatch(UiAction::Lay(None));
                }
            })
        };
        let cancel = self.desk.press(UiAction::Lay(None));
        html! {
            <form {onsubmit}>
                { fields }
                { refused(why.as_ref()) }
                <div class="buttons">
                    <button type="submit" class="button strong">{ label }</button>
                    { Button::new(words.ui_cancel(), cancel).html() }
                </div>
            </form>
        }
    }

    /// A hand that changes the draft.
    fn changes<E: 'static>(&self, change: impl Fn(&mut Draft, E) + 'static) -> Callback<E> {
        let draft = self.draft.clone();
        Callback::from(move |event: E| {
            let mut new = (*draft).clone();
            change(&mut new, event);
            draft.set(new);
        })
    }

    /// The line of text with this index.
    fn line(&self, index: usize, label: &'static str, line: Line) -> Html {
        let oninput = self.changes(move |draft, event: InputEvent| {
            if let (Some(text), Some(typed)) = (draft.texts.get_mut(index), typed(&event)) {
                *text = typed;
            }
        });
        let value = self.draft.texts.get(index).cloned().unwrap_or_default().into();
        let Line { numeric, unit, hint } = line;
        text(Text { label, value, numeric, unit, hint, oninput })
    }
}

/// The first of `stem1`, `stem2`, … that nobody has.
fn free_name<'a>(stem: &str, taken: impl IntoIterator<Item = &'a Name>) -> String {
    let taken: Vec<&str> = taken.into_iter().map(|name| &**name).collect();
    let names = (1_u32..).map(|number| format!("{stem}{number}"));
    let mut free = names.filter(|name| !taken.contains(&name.as_str()));
    free.next().unwrap_or_default()
}

/// The names that clients have.
fn clients(roster: &Roster) -> impl Iterator<Item = &Name> {
    roster.producers.iter().chain(&roster.consumers).map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::free_name;

    #[test]
    fn names_are_free() {
        assert_eq!(free_name("C", &["C1".into(), "C2".into(), "x".into()]), "C3");
        assert_eq!(free_name("C", []), "C1");
    }
}
