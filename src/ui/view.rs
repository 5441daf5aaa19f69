//! How the page looks at a session, as links say it, and back.

use super::state::{Plate, Tab, UiAction, UiState};
use crate::locale::Lang;
use crate::scene::view::Entity;
use crate::session::link::{Panel, Thing, View};

impl UiState {
    /// How the session is looked at now.
    pub fn view(&self) -> View {
        let panel = match (self.plate, self.tab) {
            (Some(Plate::Promises), _) => Panel::Promises,
            (Some(Plate::Delivery), _) => Panel::Delivery,
            (Some(Plate::Help), _) => Panel::Help,
            (_, Tab::Inspector) => Panel::Inspector,
            (_, Tab::Configs) => Panel::Configs,
            (_, Tab::Events) => Panel::Events,
        };
        let lang = Some(self.lang.tag().to_owned());
        View { lang, chosen: self.chosen.as_ref().map(thing), panel }
    }

    /// The page as it looks at a session in this way.
    pub fn looking(mut self, view: View) -> Self {
        if let Some(lang) = view.lang.as_deref().and_then(Lang::from_tag) {
            self.guest |= lang != self.lang;
            self.lang = lang;
        }
        self.plate = None;
        let state = self.after(UiAction::Choose(view.chosen.map(entity)));
        match view.panel {
            // On a phone the panel would cover what is to be seen.
            Panel::Inspector => state,
            Panel::Configs => state.after(UiAction::Open(Tab::Configs)),
            Panel::Events => state.after(UiAction::Open(Tab::Events)),
            Panel::Promises => state.after(UiAction::Lay(Some(Plate::Promises))),
            Panel::Delivery => state.after(UiAction::Lay(Some(Plate::Delivery))),
            Panel::Help => state.after(UiAction::Lay(Some(Plate::Help))),
        }
    }
}

/// A thing of the picture as links name it.
pub fn thing(entity: &Entity) -> Thing {
    match entity.clone() {
        Entity::Controller(id) => Thing::Controller(id),
        Entity::Broker(id) => Thing::Broker(id),
        Entity::Topic(id) => Thing::Topic(id),
        Entity::Partition(partition) => Thing::Partition(partition),
        Entity::Replica(broker, partition) => Thing::Replica(broker, partition),
        Entity::Record(broker, partition, offset) => Thing::Record(broker, partition, offset),
        Entity::Client(id) => Thing::Client(id),
        Entity::Group(name) => Thing::Group(name),
        Entity::Link(one, other) => Thing::Link(one, other),
        Entity::Message(seq) => Thing::Message(seq),
    }
}

fn entity(thing: Thing) -> Entity {
    match thing {
        Thing::Controller(id) => Entity::Controller(id),
        Thing::Broker(id) => Entity::Broker(id),
        Thing::Topic(id) => Entity::Topic(id),
        Thing::Partition(partition) => Entity::Partition(partition),
        Thing::Replica(broker, partition) => Entity::Replica(broker, partition),
        Thing::Record(broker, partition, offset) => Entity::Record(broker, partition, offset),
        Thing::Client(id) => Entity::Client(id),
        Thing::Group(name) => Entity::Group(name),
        Thing::Link(one, other) => Entity::Link(one, other),
        Thing::Message(seq) => Entity::Message(seq),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lens::look::Look;
    use crate::sim::id::{BrokerId, Node};

    #[test]
    fn a_view_is_the_same_there() {
        let chosen = Some(Thing::Link(Node::Broker(BrokerId(1)), Node::Broker(BrokerId(2))));
        for panel in [
            Panel::Inspector,
            Panel::Configs,
            Panel::Events,
            Panel::Promises,
            Panel::Delivery,
            Panel::Help,
        ] {
            let view = View { lang: Some("en".into()), chosen: chosen.clone(), panel };
            let state = UiState::new(&Look::wished("?lang=pt-BR")).looking(view.clone());
            assert_eq!(state.view(), view);
            assert!(state.guest, "the language of a link is no lasting choice");
            assert!(!state.after(UiAction::Speak(Lang::PtBr)).guest);
        }
    }
}
