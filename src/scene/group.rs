//! Groups: their headings, and which broker coordinates them.

use super::draft::Draft;
use super::geometry::{Rect, at, rect};
use super::ink::Ink;
use super::item::{Layer, sans};
use super::layout::{Form, Layout};
use super::letter;
use super::view::{Entity, View};
use crate::sim::World;
use crate::sim::broker::AnyGroup;
use crate::sim::id::{BrokerId, Name};
use crate::sim::image::OFFSETS_TOPIC;
use crate::sim::java_hash::partition_for;

/// The broker that coordinates a group: the leader of its partition of `__consumer_offsets`.
pub fn coordinator(world: &World, group: &str) -> Option<BrokerId> {
    let (_, topic) = world.metadata().topic_named(OFFSETS_TOPIC)?;
    let index = partition_for(group, topic.partitions.len() as u32);
    topic.partitions.get(index as usize)?.leader
}

/// Whether a broker coordinates any group.
pub fn coordinates(world: &World, broker: BrokerId) -> bool {
    world.group_names().iter().any(|group| coordinator(world, group) == Some(broker))
}

/// Draws the headings of all groups.
pub fn draw(draft: &mut Draft, world: &World, layout: &Layout, view: &View) {
    for (name, place) in &layout.groups {
        draft.on(Layer::Plate);
        let Rect { x, y, w, .. } = *place;
        let state = state(world, name, view);
        match layout.form {
            Form::Columns => {
                let word = view.words.ui_heading_group();
                let narrow = w < 150.0;
                let after = if narrow {
                    0.0
                } else {
                    draft.label(at(x, y), word, sans(14.0).bold(), Ink::Muted) + 8.0
                };
                let style = sans(15.0).bold().room(w - after);
                draft.label(at(x + after, y), name, style, Ink::Text);
                if let Some(state) = state {
                    under(draft, *place, &state);
                }
                draft.spot(Entity::Group(name.clone()), rect(x, y - 16.0, w, 46.0));
            }
            Form::Flow => {
                let style = sans(15.0).bold().room(w * 0.4);
                let wide = letter::width(&letter::fit(name, style), style);
                draft.label(at(x, y), name, style, Ink::Text);
                if let Some(state) = state {
                    let style = sans(14.0).room(w - wide - 12.0).halo(Ink::Stage);
                    draft.label(at(x + wide + 10.0, y), &state, style, Ink::Muted);
                }
                draft.spot(Entity::Group(name.clone()), rect(x, y - 16.0, w, 24.0));
            }
        }
    }
}

/// The state below a group's name; a long one reaches into the air at its left.
fn under(draft: &mut Draft, head: Rect, state: &str) {
    let style = sans(14.0);
    let y = head.y + 25.0;
    if letter::width(state, style) <= head.w {
        draft.label(at(head.x, y), state, style, Ink::Muted);
    } else {
        let style = style.end().room(head.w + 60.0).halo(Ink::Stage);
        draft.label(at(head.right(), y), state, style, Ink::Muted);
    }
}

/// Generation, or epoch, and state of a group as its coordinator has them.
fn state(world: &World, name: &Name, view: &View) -> Option<String> {
    let live = world.brokers.get(&coordinator(world, name)?)?.live.as_ref()?;
    if let Some((_, group)) = live.share_groups().find(|(known, _)| *known == name) {
        let state = if group.members.is_empty() { "Empty" } else { "Stable" };
        return Some(view.words.ui_group_epoch(i64::from(group.group_epoch), state));
    }
    let group = live.any_groups().find(|group| *group.name() == *name)?;
    let number = i64::from(group.number());
    Some(match group {
        AnyGroup::Classic(_) => view.words.ui_group_state(number, group.state()),
        AnyGroup::Consumer(_) => view.words.ui_group_epoch(number, group.state()),
    })
}
