//! The form that splits the network: who stands on the second island.

use yew::prelude::*;

use super::desk::Desk;
use super::kit::{Button, refused};
use super::state::UiAction;
use super::submit::use_submit;
use crate::sim::Command;
use crate::sim::id::Node;

/// What the form needs.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// The desk.
    pub desk: Desk,
}

/// All nodes, each with a box to tick.
#[component]
pub fn Split(props: &Props) -> Html {
    let desk = &props.desk;
    let words = desk.words;
    let island = use_state(Vec::<Node>::new);
    let (submit, why) = use_submit(desk);
    let nodes: Vec<(Node, String)> = desk.handle.read(|session| {
        let world = session.world();
        world.processes.keys().map(|node| (*node, words.node(*node, world))).collect()
    });
    let line = |(node, name): (Node, String)| {
        let ticked = island.contains(&node);
        let island = island.clone();
        let onchange = Callback::from(move |_: Event| {
            let mut new = (*island).clone();
            match ticked {
                true => new.retain(|other| *other != node),
                false => new.push(node),
            }
            island.set(new);
        });
        html! {
            <label class="check">
                <input type="checkbox" checked={ticked} {onchange} /><span>{ name }</span>
            </label>
        }
    };
    let onsubmit = {
        let (ui, wanted) = (desk.ui.dispatcher(), (*island).clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            if submit.emit(Ok(Command::Split(wanted.clone()))) {
                ui.dispatch(UiAction::Lay(None));
            }
        })
    };
    let cancel = desk.press(UiAction::Lay(None));
    html! {
        <form {onsubmit}>
            <fieldset>
                <legend>{ words.ui_split_lead() }</legend>
                { for nodes.into_iter().map(line) }
            </fieldset>
            { refused(why.as_ref()) }
            <div class="buttons">
                <button type="submit" class="button strong">{ words.ui_split_do() }</button>
                { Button::new(words.ui_cancel(), cancel).html() }
            </div>
        </form>
    }
}
