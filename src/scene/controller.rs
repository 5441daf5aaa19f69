//! The controllers' signs, where their words and messages come from.

use super::change::Changes;
use super::draft::{Draft, decimal};
use super::geometry::{Point, Rect, at};
use super::glyph::node::{self, Office};
use super::ink::Ink;
use super::item::{Layer, sans};
use super::layout::{Form, Layout};
use super::letter;
use super::view::{Entity, View};
use crate::sim::World;
use crate::sim::controller::Controller;
use crate::sim::id::Node;
use crate::sim::raft::Role;

/// Draws a hexagon for each controller, named once.
pub fn draw(draft: &mut Draft, world: &World, layout: &Layout, changes: &Changes, view: &View) {
    let several = layout.controllers.len() > 1;
    for (id, centre) in &layout.controllers {
        let Some(controller) = world.controllers.get(id) else { continue };
        draft.on(Layer::Plate);
        if several {
            voter(draft, world, controller, *centre);
        } else if world.is_up(Node::Controller(*id)) {
            node::controller(draft, *centre, 9.0);
        } else {
            node::controller_down(draft, *centre, 9.0);
        }
        if let Some((fade, _)) = changes.new_controller(*id) {
            draft.on(Layer::Mark).fade(fade);
            node::in_office(draft, *centre, 15.0);
        }
        draft.on(Layer::Plate).spot(Entity::Controller(*id), Rect::around(*centre, 26.0, 26.0));
    }
    if !layout.combined {
        name(draft, layout, changes, view);
    }
}

/// One word for all of them; after an election, the epoch that it began.
fn name(draft: &mut Draft, layout: &Layout, changes: &Changes, view: &View) {
    let leftmost = layout.controllers.values().map(|centre| centre.x).reduce(f32::min);
    let (Some(x), Some(centre)) = (leftmost, layout.controllers.values().next()) else { return };
    let place = at(x - 16.0, centre.y + 5.0);
    let room = match layout.form {
        Form::Columns => place.x - 130.0,
        Form::Flow => 120.0,
    };
    let elected = layout.controllers.keys().find_map(|id| changes.new_controller(*id));
    if let Some((fade, epoch)) = elected {
        let style = sans(14.0).strong().end();
        let text = view.words.ui_epoch(i64::from(epoch));
        if letter::width(&text, style) <= room {
            draft.on(Layer::Mark).fade(fade);
            draft.label(place, &text, style, Ink::Focus);
            draft.on(Layer::Plate);
            return;
        }
    }
    // The sign speaks for itself where there is no room for its word.
    let style = sans(14.0).end();
    let word = match layout.controllers.len() {
        1 => view.words.ui_controller(),
        _ => view.words.ui_controllers(),
    };
    if letter::width(word, style) <= room {
        draft.on(Layer::Plate).label(place, word, style, Ink::Muted);
    }
}

fn voter(draft: &mut Draft, world: &World, controller: &Controller, centre: Point) {
    let raft = controller.raft();
    let office = match raft.role() {
        _ if !world.is_up(Node::Controller(controller.id)) => Office::Down,
        _ if controller.is_active() => Office::Active,
        Role::Follower { .. } => Office::Standby,
        _ => Office::Seeking,
    };
    let mut digits = [0u8; 20];
    let number = decimal(u64::from(controller.id.0), &mut digits);
    node::voter(draft, centre, 12.0, number, office);
    if let (Office::Seeking, Role::Prospective { votes, .. } | Role::Candidate { votes, .. }) =
        (office, raft.role())
    {
        let (granted, needed) = votes.tally();
        node::votes(draft, centre.by(0.0, 16.0), granted, needed);
    }
}
