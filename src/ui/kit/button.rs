//! A button: a word, a sign, or both.

use yew::prelude::*;

use super::{Icon, Sign};

/// What a button needs.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// Its name: shown, or told if `bare`.
    pub label: AttrValue,
    /// Told when it is pressed.
    pub on_press: Callback<()>,
    /// A sign before the name.
    #[prop_or_default]
    pub sign: Option<Sign>,
    /// Shows the sign alone; the name is told and shown as a hint.
    #[prop_or_default]
    pub bare: bool,
    /// How it looks: `strong`, `round`, `quiet`, `bad`.
    #[prop_or_default]
    pub class: Classes,
    /// More about it, on hover.
    #[prop_or_default]
    pub hint: Option<AttrValue>,
    /// Whether it is held down, where that means something.
    #[prop_or_default]
    pub pressed: Option<bool>,
    /// Whether what it opens is open.
    #[prop_or_default]
    pub expanded: Option<bool>,
    /// For tests and tours.
    #[prop_or_default]
    pub id: Option<AttrValue>,
}

/// A button.
#[component]
pub fn Button(props: &Props) -> Html {
    let on_press = props.on_press.clone();
    let onclick = Callback::from(move |_: MouseEvent| on_press.emit(()));
    let told = |flag: Option<bool>| flag.map(|flag| if flag { "true" } else { "false" });
    let hint = props.hint.clone().or_else(|| props.bare.then(|| props.label.clone()));
    let class = classes!("button", props.bare.then_some("bare"), props.class.clone());
    html! {
        <button type="button" {class} {onclick} title={hint} id={props.id.clone()}
            aria-label={props.bare.then(|| props.label.clone())}
            aria-pressed={told(props.pressed)} aria-expanded={told(props.expanded)}>
            if let Some(sign) = props.sign {
                <Icon {sign} />
            }
            if !props.bare {
                <span>{ &props.label }</span>
            }
        </button>
    }
}
