//! What the pointer is over: name, kind and a line of state.

use yew::prelude::*;

use super::sheet::Clerk;
use super::state::UiState;
use crate::lens::looker::Looker;
use crate::session::Session;

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

/// What the pointer is over, in words.
pub fn tip(looker: &Looker, session: &Session, ui: &UiState) -> Option<Tip> {
    // The panel says all of what is chosen: nothing else need be covered.
    let entity = looker.hover().filter(|it| ui.chosen.as_ref() != Some(*it))?;
    let place = looker.scene()?.place_of(entity)?;
    let sheet = Clerk { words: ui.words(), session }.sheet(entity)?;
    let (size, _) = looker.size();
    let above = place.y > size.h * 0.6;
    let x = place.centre().x.min(size.w - 90.0).max(90.0);
    let y = if above { place.y } else { place.bottom() };
    Some(Tip {
        brief: sheet.brief(),
        title: sheet.title,
        kind: sheet.kind,
        x: x as i32,
        y: y as i32,
        above,
    })
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
