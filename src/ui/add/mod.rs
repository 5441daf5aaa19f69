//! THE FORMS. New topics, producers, consumers and brokers.
//! Who may knock: the side panel.
//! Never here: what a name or a number must be; the world refuses what cannot be.

mod broker;
mod consumer;
mod form;
mod producer;
mod topic;

use std::rc::Rc;

use yew::prelude::*;

use self::broker::AddBroker;
use self::consumer::AddConsumer;
use self::producer::AddProducer;
use self::topic::AddTopic;
use super::hud::Roster;
use super::state::Kind;
use crate::locale::Words;

/// What every form needs.
#[derive(Clone, Properties, PartialEq)]
pub struct Props {
    /// The language.
    pub words: Words,
    /// What there is already.
    pub roster: Rc<Roster>,
}

/// What the choice of a form needs.
#[derive(Clone, Properties, PartialEq)]
pub struct AddProps {
    /// The language.
    pub words: Words,
    /// What there is already.
    pub roster: Rc<Roster>,
    /// What is to be added.
    pub kind: Kind,
}

/// The form for a kind of thing.
#[component]
pub fn Add(props: &AddProps) -> Html {
    let AddProps { words, roster, kind } = props.clone();
    match kind {
        Kind::Topic => html! { <AddTopic {words} {roster} /> },
        Kind::Producer => html! { <AddProducer {words} {roster} /> },
        Kind::Consumer => html! { <AddConsumer {words} {roster} /> },
        Kind::Broker => html! { <AddBroker {words} {roster} /> },
    }
}

/// The first of `stem1`, `stem2`, … that nobody has.
fn free_name<'a>(stem: &str, taken: impl Iterator<Item = &'a str> + Clone) -> String {
    let names = (1_u32..).map(|number| format!("{stem}{number}"));
    let mut free = names.filter(|name| !taken.clone().any(|other| other == name));
    free.next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::free_name;

    #[test]
    fn names_are_free() {
        assert_eq!(free_name("C", ["C1", "C2", "x"].into_iter()), "C3");
        assert_eq!(free_name("C", [].into_iter()), "C1");
    }
}
