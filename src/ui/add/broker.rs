//! A new broker.

use yew::prelude::*;

use super::Props;
use super::form::{Form, use_field};
use crate::sim::command::Command;
use crate::sim::id::BrokerId;
use crate::sim::scenario::BrokerSpec;
use crate::ui::kit::Text;
use crate::ui::submit::named;

/// `node.id` and `broker.rack`.
#[component]
pub fn AddBroker(props: &Props) -> Html {
    let Props { words, roster } = props;
    let (id, on_id) = use_field(|| {
        let last = roster.brokers.iter().map(|id| id.0).max().unwrap_or(0);
        (last + 1).to_string()
    });
    let (rack, on_rack) = use_field(String::new);
    let wanted = || {
        let id = BrokerId(named(*words, "node.id", &id, (0, 65_535))?);
        let rack = Some(rack.trim()).filter(|rack| !rack.is_empty()).map(Into::into);
        Ok(Command::AddBroker(BrokerSpec { id, rack }))
    };
    html! {
        <Form words={*words} title={words.ui_add_broker()} wanted={wanted()}>
            <Text label="node.id" value={id.clone()} mode="numeric" on_input={on_id} />
            <Text label="broker.rack" value={rack.clone()} on_input={on_rack}
                hint={words.ui_form_rack_hint()} />
            <p class="meaning">{ words.ui_add_broker_hint() }</p>
        </Form>
    }
}
