//! A plate over the side panel: not modal, so that the cluster stays in sight and in hand.

use web_sys::HtmlElement;
use yew::prelude::*;

use super::{Button, Sign};

/// What a dialog needs.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// Its heading and name.
    pub title: AttrValue,
    /// What the closing button says.
    pub close: AttrValue,
    /// Told when it is to go.
    pub on_close: Callback<()>,
    /// An id that no other dialog has.
    pub id: AttrValue,
    /// What is in it.
    pub children: Html,
    /// How it looks: `wide` takes the stage's place too.
    #[prop_or_default]
    pub class: Classes,
}

/// A dialog. It takes the focus when it opens; Escape is the page's affair.
#[component]
pub fn Dialog(props: &Props) -> Html {
    let node = use_node_ref();
    let heading = format!("{}-heading", props.id);
    {
        let node = node.clone();
        use_effect_with((), move |()| {
            let before = super::super::page::focused();
            if let Some(dialog) = node.cast::<HtmlElement>() {
                // Focus is a courtesy: a browser that refuses it still shows the dialog.
                let _ = dialog.focus();
            }
            move || {
                if let Some(before) = before.filter(|element| element.is_connected()) {
                    let _ = before.focus();
                }
            }
        });
    }
    html! {
        <section class={classes!("dialog", props.class.clone())} role="dialog" id={&props.id}
            aria-labelledby={heading.clone()} tabindex="-1" ref={node}>
            <div class="dialog-head">
                <h2 id={heading}>{ &props.title }</h2>
                <Button label={&props.close} sign={Sign::Close} bare=true class="quiet"
                    on_press={props.on_close.clone()} />
            </div>
            <div class="dialog-body">{ props.children.clone() }</div>
        </section>
    }
}
