//! A button that opens a short list of things to do.

use wasm_bindgen::JsCast;
use web_sys::{FocusEvent, Node};
use yew::prelude::*;

use super::{Sign, icon, told};
use crate::lens::document;
use crate::ui::page;

/// What a menu needs.
pub struct Menu {
    /// An id that no other menu has.
    pub id: &'static str,
    /// The button's name.
    pub label: &'static str,
    /// Its sign.
    pub sign: Sign,
    /// Shows the sign alone.
    pub bare: bool,
    /// The things to do.
    pub options: Vec<&'static str>,
    /// The one that holds now, if one does.
    pub chosen: Option<usize>,
    /// Told which one is wanted.
    pub on_choose: Callback<usize>,
    /// Whether it is open: somebody else may open it by a key.
    pub open: bool,
    /// Told to open or close it.
    pub on_open: Callback<bool>,
}

/// The ids of a menu's parts: of all of it, and of its list.
fn ids(id: &str) -> (String, String) {
    ([id, "-all"].concat(), [id, "-list"].concat())
}

/// Puts the focus on the first thing to do of an open menu.
pub fn enter(id: &str) {
    page::focus_within(&ids(id).1, 0);
}

/// The button and, while it is open, its list.
pub fn menu(menu: &Menu) -> Html {
    let (all, list) = ids(menu.id);
    let onclick = {
        let (on_open, open) = (menu.on_open.clone(), menu.open);
        Callback::from(move |_: MouseEvent| on_open.emit(!open))
    };
    let onfocusout = {
        let (on_open, open, all) = (menu.on_open.clone(), menu.open, all.clone());
        Callback::from(move |event: FocusEvent| {
            let to = event.related_target().and_then(|to| to.dyn_into::<Node>().ok());
            let inside = document::element(&all).is_some_and(|all| all.contains(to.as_ref()));
            if open && !(inside && to.is_some()) {
                on_open.emit(false);
            }
        })
    };
    let name = menu.bare.then_some(menu.label);
    let class = if menu.bare { "button bare" } else { "button" };
    html! {
        <div class="menu" id={all} {onfocusout}>
            <button type="button" id={menu.id} {onclick} aria-haspopup="menu" {class}
                aria-expanded={told(menu.open)} aria-label={name} title={name}>
                { icon(menu.sign) }
                if !menu.bare {
                    <span>{ menu.label }</span>
                }
            </button>
            if menu.open {
                <ul role="menu" aria-label={menu.label} id={list.clone()}>
                    { for (0..menu.options.len()).map(|index| item(menu, &list, index)) }
                </ul>
            }
        </div>
    }
}

fn item(menu: &Menu, list: &str, index: usize) -> Html {
    let count = menu.options.len();
    let onclick = {
        let (on_choose, on_open) = (menu.on_choose.clone(), menu.on_open.clone());
        Callback::from(move |_: MouseEvent| {
            on_open.emit(false);
            on_choose.emit(index);
        })
    };
    let onkeydown = {
        let list = list.to_owned();
        Callback::from(move |event: KeyboardEvent| {
            if let Some(to) = page::moved(&event, ["ArrowUp", "ArrowDown"], index, count) {
                page::focus_within(&list, to);
            }
        })
    };
    let chosen = menu.chosen.map(|chosen| told(chosen == index));
    let role = if chosen.is_some() { "menuitemradio" } else { "menuitem" };
    html! {
        <li role="none">
            <button type="button" {role} aria-checked={chosen} tabindex="-1" {onclick} {onkeydown}>
                { menu.options[index] }
            </button>
        </li>
    }
}
