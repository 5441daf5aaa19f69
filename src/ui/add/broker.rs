//! A new broker.

use yew::prelude::*;

use super::{Draft, Form, Line};
use crate::sim::command::Command;
use crate::sim::id::BrokerId;
use crate::sim::scenario::BrokerSpec;
use crate::ui::panels::Roster;
use crate::ui::submit::named;

pub(super) fn first(roster: &Roster) -> Draft {
    let last = roster.brokers.iter().map(|id| id.0).max().unwrap_or(0);
    Draft { texts: vec![(last + 1).to_string(), String::new()], ..Draft::default() }
}

impl Form<'_> {
    /// `node.id` and `broker.rack`.
    pub(super) fn broker_fields(&self) -> Html {
        let words = self.desk.words;
        html! {
            <>
                { self.line(0, "node.id", Line::NUMBER) }
                { self.line(1, "broker.rack", Line::PLAIN.hint(Some(words.ui_form_rack_hint()))) }
                <p class="meaning">{ words.ui_add_broker_hint() }</p>
            </>
        }
    }

    pub(super) fn broker(&self) -> Result<Command, String> {
        let id = named(self.desk.words, "node.id", self.draft.text(0), (0, 65_535))?;
        let rack = Some(self.draft.text(1)).filter(|rack| !rack.is_empty()).map(Into::into);
        Ok(Command::AddBroker(BrokerSpec { id: BrokerId(id), rack }))
    }
}
