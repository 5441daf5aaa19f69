//! The picture for hands on a keyboard: a button over every thing, which the pointer does not feel.

use yew::prelude::*;

use super::desk::Desk;
use super::kit::told;
use super::sheet::Clerk;
use crate::locale::Words;
use crate::scene::item::Scene;
use crate::scene::view::Entity;
use crate::session::Session;
use crate::sim::ordered;

/// A thing and where it is, in whole pixels.
#[derive(Clone, Debug, PartialEq)]
pub struct Stop {
    /// What it is.
    pub entity: Entity,
    /// Its kind and name.
    pub name: String,
    left: i32,
    top: i32,
    width: i32,
    height: i32,
}

/// Every thing of a picture, in the order in which the keyboard visits them.
pub fn stops(session: &Session, words: Words, scene: &Scene) -> Vec<Stop> {
    let clerk = Clerk { words, session };
    let mut seen: Vec<&Entity> = Vec::new();
    let mut stops: Vec<Stop> = Vec::new();
    for (entity, place) in scene.stops() {
        if seen.contains(&entity) {
            continue;
        }
        seen.push(entity);
        let (left, top) = (place.x as i32, place.y as i32);
        let (width, height) = (place.w as i32, place.h as i32);
        let name = clerk.name(entity);
        stops.push(Stop { entity: entity.clone(), name, left, top, width, height });
    }
    ordered::sort_by(&mut stops, |a, b| a.entity.cmp(&b.entity));
    stops
}

/// A button over every thing. It is the same button when the thing changes its name, and keeps the
/// focus.
pub fn hotspots(desk: &Desk, stops: &[Stop]) -> Html {
    let spot = |stop: &Stop| {
        let Stop { left, top, width, height, .. } = stop;
        let style = format!("left:{left}px;top:{top}px;width:{width}px;height:{height}px");
        let chosen = desk.ui.chosen.as_ref() == Some(&stop.entity);
        html! {
            <button type="button" class="spot" key={format!("{:?}", stop.entity)} {style}
                onclick={desk.choose(stop.entity.clone())} aria-label={stop.name.clone()}
                aria-pressed={told(chosen)}></button>
        }
    };
    html! {
        <div class="spots" role="group" aria-label={desk.words.ui_stage_things()}>
            { for stops.iter().map(spot) }
        </div>
    }
}
