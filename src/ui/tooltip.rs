//! What the pointer is over: name, kind and a line of state.

use yew::prelude::*;

/// A tooltip's words and place.
#[derive(Clone, Debug, PartialEq)]
pub struct Tip {
    /// The thing's name.
    pub title: String,
    /// Its kind.
    pub kind: String,
    /// A line of state.
    pub brief: String,
    /// The middle of its edge on the thing, in pixels of the stage.
    pub x: i32,
    /// The same.
    pub y: i32,
    /// Whether it stands above the thing.
    pub above: bool,
}

/// The tooltip. The inspector says the same and more to those who use no pointer.
pub fn tooltip(tip: &Tip) -> Html {
    let style = format!("left:{}px;top:{}px", tip.x, tip.y);
    html! {
        <div class={if tip.above { "tip above" } else { "tip" }} {style} aria-hidden="true">
            <b>{ &tip.title }</b>{ " " }<span>{ &tip.kind }</span>
            if !tip.brief.is_empty() {
                <div>{ &tip.brief }</div>
            }
        </div>
    }
}
