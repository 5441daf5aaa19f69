//! Tabs over panels: arrows move between them.

use wasm_bindgen::JsCast;
use web_sys::HtmlElement;
use yew::prelude::*;

/// What tabs need.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// What they choose between, for those who listen.
    pub label: AttrValue,
    /// Their names.
    pub names: Vec<AttrValue>,
    /// The panels' ids, in the same order; a tab's own id is its panel's with `-tab`.
    pub panels: Vec<AttrValue>,
    /// Which one is open.
    pub open: Option<usize>,
    /// Told which one is wanted.
    pub on_open: Callback<usize>,
}

/// A row of tabs.
#[component]
pub fn Tabs(props: &Props) -> Html {
    let count = props.names.len();
    let list = use_node_ref();
    let tab = |(index, name): (usize, &AttrValue)| {
        let onclick = {
            let on_open = props.on_open.clone();
            Callback::from(move |_: MouseEvent| on_open.emit(index))
        };
        let onkeydown = {
            let (on_open, list) = (props.on_open.clone(), list.clone());
            Callback::from(move |event: KeyboardEvent| {
                let to = match event.key().as_str() {
                    "ArrowRight" => (index + 1) % count,
                    "ArrowLeft" => (index + count - 1) % count,
                    "Home" => 0,
                    "End" => count - 1,
                    _ => return,
                };
                event.prevent_default();
                on_open.emit(to);
                focus_child(&list, to);
            })
        };
        let open = props.open == Some(index);
        let panel = props.panels.get(index).cloned().unwrap_or_default();
        // Where none is open the first one still takes the focus.
        let reachable = open || props.open.is_none() && index == 0;
        html! {
            <button type="button" role="tab" key={index} class="tab" id={format!("{panel}-tab")}
                aria-selected={if open { "true" } else { "false" }}
                aria-controls={open.then_some(panel)}
                tabindex={if reachable { "0" } else { "-1" }} {onclick} {onkeydown}>
                { name }
            </button>
        }
    };
    html! {
        <div class="tabs" role="tablist" aria-label={&props.label} ref={list.clone()}>
            { for props.names.iter().enumerate().map(tab) }
        </div>
    }
}

fn focus_child(list: &NodeRef, index: usize) {
    let element = list.cast::<HtmlElement>();
    let child = element.and_then(|list| list.children().item(u32::try_from(index).ok()?));
    if let Some(child) = child.and_then(|child| child.dyn_into::<HtmlElement>().ok()) {
        // A tab that cannot take the focus loses nothing but that.
        let _ = child.focus();
    }
}
