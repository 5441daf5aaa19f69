//! The picture for hands on a keyboard: a button over every thing, which the pointer does not feel.

use crate::sim::ordered;
use std::rc::Rc;

use yew::prelude::*;

use super::sheet::Clerk;
use super::state::{UiAction, use_ui};
use crate::locale::Words;
use crate::scene::item::Scene;
use crate::scene::view::Entity;
use crate::session::Session;

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

/// What the buttons need.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// The language.
    pub words: Words,
    /// The things.
    pub stops: Rc<Vec<Stop>>,
}

/// A button over every thing.
#[component]
pub fn Hotspots(props: &Props) -> Html {
    let Some(ui) = use_ui() else { return Html::default() };
    let spot = |stop: &Stop| {
        let onclick = {
            let (ui, entity) = (ui.dispatcher(), stop.entity.clone());
            Callback::from(move |_: MouseEvent| ui.dispatch(UiAction::Choose(Some(entity.clone()))))
        };
        let Stop { left, top, width, height, .. } = stop;
        let style = format!("left:{left}px;top:{top}px;width:{width}px;height:{height}px");
        let chosen = ui.chosen.as_ref() == Some(&stop.entity);
        html! {
            <button type="button" class="spot" key={stop.name.clone()} {style} {onclick}
                aria-label={stop.name.clone()} aria-pressed={if chosen { "true" } else { "false" }}>
            </button>
        }
    };
    html! {
        <div class="spots" role="group" aria-label={props.words.ui_stage_things()}>
            { for props.stops.iter().map(spot) }
        </div>
    }
}
