//! A button that opens a short list of things to do.

use wasm_bindgen::JsCast;
use web_sys::{FocusEvent, HtmlElement, Node};
use yew::prelude::*;

use super::{Icon, Sign};

/// What a menu needs.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// The button's name.
    pub label: AttrValue,
    /// Its sign.
    pub sign: Sign,
    /// Shows the sign alone.
    #[prop_or_default]
    pub bare: bool,
    /// The things to do.
    pub options: Vec<AttrValue>,
    /// The one that holds now, if one does.
    #[prop_or_default]
    pub chosen: Option<usize>,
    /// Told which one is wanted.
    pub on_choose: Callback<usize>,
    /// Whether it is open: somebody else may open it by a key.
    pub open: bool,
    /// Told to open or close it.
    pub on_open: Callback<bool>,
    /// An id that no other menu has.
    pub id: AttrValue,
}

/// The button and, while it is open, its list.
#[component]
pub fn Menu(props: &Props) -> Html {
    let (root, list) = (use_node_ref(), use_node_ref());
    {
        let list = list.clone();
        use_effect_with(props.open, move |open| {
            if *open {
                focus_item(&list, 0);
            }
        });
    }
    let onclick = {
        let (on_open, open) = (props.on_open.clone(), props.open);
        Callback::from(move |_: MouseEvent| on_open.emit(!open))
    };
    let onfocusout = {
        let (on_open, root, open) = (props.on_open.clone(), root.clone(), props.open);
        Callback::from(move |event: FocusEvent| {
            let to = event.related_target().and_then(|to| to.dyn_into::<Node>().ok());
            let inside = root.cast::<Node>().is_some_and(|root| root.contains(to.as_ref()));
            if open && !(inside && to.is_some()) {
                on_open.emit(false);
            }
        })
    };
    let told = if props.open { "true" } else { "false" };
    html! {
        <div class="menu" ref={root} {onfocusout}>
            <button type="button" id={&props.id} {onclick} aria-haspopup="menu"
                class={classes!("button", props.bare.then_some("bare"))} aria-expanded={told}
                aria-label={props.bare.then(|| props.label.clone())}
                title={props.bare.then(|| props.label.clone())}>
                <Icon sign={props.sign} />
                if !props.bare {
                    <span>{ &props.label }</span>
                }
            </button>
            if props.open {
                <ul role="menu" aria-label={&props.label} ref={list.clone()}>
                    { for (0..props.options.len()).map(|index| item(props, &list, index)) }
                </ul>
            }
        </div>
    }
}

fn item(props: &Props, list: &NodeRef, index: usize) -> Html {
    let count = props.options.len();
    let onclick = {
        let (on_choose, on_open) = (props.on_choose.clone(), props.on_open.clone());
        Callback::from(move |_: MouseEvent| {
            on_open.emit(false);
            on_choose.emit(index);
        })
    };
    let onkeydown = {
        let list = list.clone();
        Callback::from(move |event: KeyboardEvent| {
            let to = match event.key().as_str() {
                "ArrowDown" => (index + 1) % count,
                "ArrowUp" => (index + count - 1) % count,
                "Home" => 0,
                "End" => count - 1,
                _ => return,
            };
            event.prevent_default();
            focus_item(&list, to);
        })
    };
    let chosen = props.chosen.map(|chosen| if chosen == index { "true" } else { "false" });
    let role = if chosen.is_some() { "menuitemradio" } else { "menuitem" };
    html! {
        <li role="none" key={index}>
            <button type="button" {role} aria-checked={chosen} tabindex="-1" {onclick} {onkeydown}>
                { &props.options[index] }
            </button>
        </li>
    }
}

fn focus_item(list: &NodeRef, index: usize) {
    let list = list.cast::<HtmlElement>();
    let line = list.and_then(|list| list.children().item(u32::try_from(index).ok()?));
    let button = line.and_then(|line| line.first_element_child());
    if let Some(button) = button.and_then(|button| button.dyn_into::<HtmlElement>().ok()) {
        // An item that cannot take the focus can still be clicked.
        let _ = button.focus();
    }
}
