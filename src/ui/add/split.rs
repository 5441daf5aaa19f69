//! The form that splits the network: who stands on the second island.

use yew::prelude::*;

use super::super::submit::Submit;
use super::Form;
use crate::sim::Command;
use crate::sim::id::Node;

impl Form<'_> {
    /// All nodes, each with a box to tick.
    pub fn split(&self, hand: (Submit, Option<AttrValue>)) -> Html {
        let words = self.desk.words;
        let nodes: Vec<(Node, String)> = self.desk.handle.read(|session| {
            let world = session.world();
            world.processes.keys().map(|node| (*node, words.node(*node, world))).collect()
        });
        let fields = html! {
            <fieldset>
                <legend>{ words.ui_split_lead() }</legend>
                { for nodes.iter().map(|(node, name)| self.stands(*node, name)) }
            </fieldset>
        };
        let wanted = Ok(Command::Split(self.draft.island.clone()));
        self.framed(fields, wanted, words.ui_split_do(), hand)
    }

    /// Whether a node stands on the second island.
    fn stands(&self, node: Node, name: &str) -> Html {
        let onchange = self.changes(move |draft, _: Event| {
            match draft.island.iter().position(|other| *other == node) {
                Some(at) => drop(draft.island.remove(at)),
                None => draft.island.push(node),
            }
        });
        html! {
            <label class="check">
                <input type="checkbox" checked={self.draft.island.contains(&node)} {onchange} />
                <span>{ name }</span>
            </label>
        }
    }
}
