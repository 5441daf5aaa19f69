//! The controllers' signs, where their words and messages come from.

use super::draft::Draft;
use super::geometry::{Rect, at};
use super::glyph::node;
use super::ink::Ink;
use super::item::{Layer, sans};
use super::layout::{Form, Layout};
use super::letter;
use super::view::{Entity, View};
use crate::sim::World;
use crate::sim::id::Node;

/// Draws a hexagon for each controller, named once.
pub fn draw(draft: &mut Draft, world: &World, layout: &Layout, view: &View) {
    for (id, centre) in &layout.controllers {
        draft.on(Layer::Plate);
        if world.is_up(Node::Controller(*id)) {
            node::controller(draft, *centre, 9.0);
        } else {
            node::controller_down(draft, *centre, 9.0);
        }
        draft.spot(Entity::Controller(*id), Rect::around(*centre, 26.0, 26.0));
    }
    let leftmost = layout.controllers.values().map(|centre| centre.x).reduce(f32::min);
    let (Some(x), Some(centre)) = (leftmost, layout.controllers.values().next()) else { return };
    let place = at(x - 14.0, centre.y + 5.0);
    let room = match layout.form {
        Form::Columns => place.x - 130.0,
        Form::Flow => 120.0,
    };
    // The sign speaks for itself where there is no room for its word.
    let style = sans(14.0).end();
    let word = view.words.ui_controller();
    if letter::width(word, style) <= room {
        draft.label(place, word, style, Ink::Muted);
    }
}
