//! The picture and what lies over it: buttons for the keyboard, the ledger, a tooltip.

use web_sys::HtmlCanvasElement;
use yew::prelude::*;

use super::desk::Desk;
use super::hotspots::hotspots;
use super::hud::Hud;
use super::ledger::{Ground, ledger};
use super::tooltip::tooltip;

/// The stage with what lies over it. The canvas is the one that runs already: it is taken in, not
/// made.
pub fn drawing(desk: &Desk, canvas: Option<&HtmlCanvasElement>, hud: &Hud) -> Html {
    let words = desk.words;
    let class = match hud.ground {
        Ground::Free => "drawing roomy",
        Ground::Scarce => "drawing snug",
        Ground::Taken => "drawing full",
    };
    let roster = &hud.panels.roster;
    let hint = match roster.topics.is_empty() {
        // While the cluster boots its topics are on their way.
        true => (!roster.asked).then(|| words.ui_stage_empty()),
        false => roster.consumers.is_empty().then(|| words.ui_stage_no_consumers()),
    };
    html! {
        <div {class}>
            { canvas.map(|canvas| Html::VRef(canvas.clone().into())).unwrap_or_default() }
            { hotspots(desk, &hud.stops) }
            if let Some(hint) = hint {
                <p class="empty on-stage">{ hint }</p>
            }
            { ledger(desk, hud.sums, hud.missing) }
            { hud.tip.as_ref().map(tooltip).unwrap_or_default() }
        </div>
    }
}
