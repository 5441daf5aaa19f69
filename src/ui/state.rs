//! What the page itself remembers: language, theme, what is chosen and what is open.

use std::rc::Rc;

use yew::prelude::*;

use super::address;
use super::page::{self, Screen};
use super::time::MOST_ZOOM;
use crate::lens::handle::Put;
use crate::lens::look::{Look, Theme};
use crate::lens::store::{self, key};
use crate::lens::tape;
use crate::locale::{Lang, Words};
use crate::scene::view::Entity;
use crate::session::branches::BranchId;
use crate::session::causes::Question;
use crate::session::link::View;
use crate::sim::command::{ConfigTarget, Refusal};
use crate::sim::id::RecordId;

/// The tabs of the side panel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tab {
    /// What is chosen.
    Inspector,
    /// Kafka's configs.
    Configs,
    /// What happened.
    Events,
}

impl Tab {
    /// All of them, in their order.
    pub const ALL: [Self; 3] = [Self::Inspector, Self::Configs, Self::Events];
}

/// What may be added.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A topic.
    Topic,
    /// A producer.
    Producer,
    /// A consumer.
    Consumer,
    /// A stream processor.
    Processor,
    /// A broker.
    Broker,
}

impl Kind {
    /// All of them, in the order of the menu.
    pub const ALL: [Self; 5] =
        [Self::Topic, Self::Producer, Self::Consumer, Self::Processor, Self::Broker];
}

/// What lies over the side panel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Plate {
    /// Keys, signs, glossary.
    Help,
    /// What this is and whose.
    About,
    /// What became of the promises.
    Promises,
    /// How often records have their effect.
    Delivery,
    /// A form.
    Add(Kind),
    /// Who stands on which island.
    Split,
    /// What is on screen, for others.
    Share,
    /// Other futures.
    Branches,
    /// On to the moment at which something is so.
    Until,
    /// What led to the fate of a record.
    Why(RecordId, Question),
}

impl Plate {
    /// An id that no other plate has.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Help => "help",
            Self::About => "about",
            Self::Promises => "promises",
            Self::Delivery => "delivery-board",
            Self::Add(Kind::Topic) => "add-topic",
            Self::Add(Kind::Producer) => "add-producer",
            Self::Add(Kind::Consumer) => "add-consumer",
            Self::Add(Kind::Processor) => "add-processor",
            Self::Add(Kind::Broker) => "add-broker",
            Self::Split => "split",
            Self::Share => "share",
            Self::Branches => "branches",
            Self::Until => "until",
            Self::Why(..) => "why",
        }
    }
}

/// A list that a button of the head opens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum List {
    /// Things to add.
    Add,
    /// Themes.
    Theme,
}

impl List {
    /// The id of its button.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Add => "add-menu",
            Self::Theme => "theme-menu",
        }
    }
}

/// What became of a file.
#[derive(Clone, Debug, PartialEq)]
pub enum Opened {
    /// There was none, or its notice was closed.
    Nothing,
    /// One is held over the page.
    Hovering,
    /// It plays; its name.
    Good(String),
    /// It does not; its name, and why.
    Bad(String, String),
    /// A link is on its way to its moment: so many thousandths are done.
    Coming(u32),
    /// A link is open; how the session before it was looked at.
    Linked(Box<View>),
    /// The browser keeps nothing: the session is in the address alone.
    Unkept,
    /// No file: the scenario begins again with so many controllers.
    Quorum { controllers: u32, combined: bool },
}

/// What the page remembers.
#[derive(Clone, Debug, PartialEq)]
pub struct UiState {
    /// The language it speaks.
    pub lang: Lang,
    /// Its colours.
    pub theme: Theme,
    /// Whether single-key shortcuts act.
    pub shortcuts: bool,
    /// What is chosen in the picture.
    pub chosen: Option<Entity>,
    /// Which tab is open.
    pub tab: Tab,
    /// What lies over the side panel.
    pub plate: Option<Plate>,
    /// Which list of the head is open.
    pub list: Option<List>,
    /// Whether the side panel is out, where it has no place of its own.
    pub drawer: bool,
    /// Whose configs are shown; none follows what is chosen.
    pub configs_of: Option<ConfigTarget>,
    /// What the screen is: on a phone's, what is chosen does not cover the picture.
    pub screen: Screen,
    /// Whether the address asks for stillness, whatever the screen prefers.
    pub still: bool,
    /// Why what a key asked for was not done.
    pub refused: Option<Refusal>,
    /// How much of what could not be done at its time the viewer has read, in which session.
    pub heard: Option<(Put, usize)>,
    /// What became of the last file.
    pub opened: Opened,
    /// The line of a session before, about which nobody has answered.
    pub rescued: Option<Rc<str>>,
    /// Whether it speaks the language of a link, which is no lasting choice.
    pub guest: bool,
    /// How often the axis of the scrubber is halved.
    pub zoom: u8,
    /// The branch whose picture is beside this one's.
    pub beside: Option<BranchId>,
}

/// What changes it.
#[derive(Clone, Debug, PartialEq)]
pub enum UiAction {
    /// Speak this language.
    Speak(Lang),
    /// Wear this theme.
    Wear(Theme),
    /// Let single-key shortcuts act, or not.
    Shortcuts(bool),
    /// Choose a thing, or let go.
    Choose(Option<Entity>),
    /// Choose a thing and leave what lies over the panel, except where that covers the picture.
    Point(Entity),
    /// Open a tab.
    Open(Tab),
    /// Lay a plate over the side panel, or take it away.
    Lay(Option<Plate>),
    /// Lay a plate over the side panel, or take it away if it lies there.
    Toggle(Plate),
    /// Open a list of the head, or close it.
    List(Option<List>),
    /// Push the drawer in or out.
    Drawer(bool),
    /// Show the configs of something.
    ConfigsOf(ConfigTarget),
    /// The screen is this.
    Screen(Screen),
    /// What a key asked for was refused, or not.
    Refused(Option<Refusal>),
    /// So much of what could not be done at its time has been read.
    Heard(Put, usize),
    /// This became of a file.
    Opened(Opened),
    /// Look at what a link brought as it says.
    Arrive(View),
    /// The rescued tape is answered for.
    Rescued,
    /// Look at the tape so much more closely.
    Zoom(i8),
    /// Put the picture of a branch beside this one's, or take it away.
    Beside(Option<BranchId>),
    /// Close the topmost thing, else let go of what is chosen.
    Escape,
}

impl UiState {
    /// Of a page that begins around a picture which is looked at in this way.
    pub fn new(look: &Look) -> Self {
        let state = Self {
            lang: look.lang,
            theme: look.theme,
            shortcuts: store::get(key::SHORTCUTS).is_none_or(|value| value != "off"),
            chosen: None,
            tab: Tab::Inspector,
            plate: None,
            list: None,
            drawer: false,
            configs_of: None,
            screen: page::screen(),
            still: look.still,
            refused: None,
            heard: None,
            opened: Opened::Nothing,
            // What the address opens anyway is not offered.
            rescued: tape::rescued().filter(|line| address::line().as_deref() != Some(&**line)),
            guest: false,
            zoom: 0,
            beside: None,
        };
        state.after(UiAction::Choose(look.chosen.clone()))
    }

    /// How the picture is looked at.
    pub fn look(&self) -> Look {
        Look {
            lang: self.lang,
            theme: self.theme,
            chosen: self.chosen.clone(),
            still: self.still,
            calm: self.screen.calm,
        }
    }

    /// Speaks the page's language.
    pub const fn words(&self) -> Words {
        Words(self.lang)
    }

    pub(super) fn after(mut self, action: UiAction) -> Self {
        match action {
            UiAction::Speak(lang) => (self.lang, self.guest) = (lang, false),
            UiAction::Wear(theme) => self.theme = theme,
            UiAction::Shortcuts(on) => self.shortcuts = on,
            UiAction::Choose(entity) => {
                if entity.is_some() {
                    self.configs_of = None;
                    self.tab = Tab::Inspector;
                    self.plate = None;
                    self.drawer |= !self.screen.phone;
                }
                self.refused = None;
                self.chosen = entity;
            }
            UiAction::Point(entity) => {
                self.drawer &= !self.screen.phone;
                (self.refused, self.chosen) = (None, Some(entity));
            }
            UiAction::Open(tab) => {
                (self.tab, self.plate, self.drawer) = (tab, None, true);
            }
            UiAction::Lay(plate) => {
                self.drawer |= plate.is_some();
                self.plate = plate;
                self.list = None;
            }
            UiAction::Toggle(plate) => {
                let plate = Some(plate).filter(|_| self.plate != Some(plate));
                return self.after(UiAction::Lay(plate));
            }
            UiAction::Screen(screen) => self.screen = screen,
            UiAction::Refused(refusal) => self.refused = refusal,
            UiAction::Heard(put, count) => self.heard = Some((put, count)),
            UiAction::Opened(opened) => {
                // What was refused before is of the scenario before.
                (self.opened, self.refused) = (opened, None);
            }
            UiAction::Rescued => self.rescued = None,
            UiAction::Arrive(view) => return self.looking(view),
            UiAction::Zoom(by) => self.zoom = self.zoom.saturating_add_signed(by).min(MOST_ZOOM),
            UiAction::Beside(branch) => {
                // Two pictures need the room.
                (self.beside, self.plate, self.drawer) = (branch, None, false);
            }
            UiAction::List(list) => self.list = list,
            UiAction::Drawer(out) => self.drawer = out,
            UiAction::ConfigsOf(target) => {
                (self.configs_of, self.tab, self.plate) = (Some(target), Tab::Configs, None);
                self.drawer = true;
            }
            UiAction::Escape => self.escape(),
        }
        self
    }

    fn escape(&mut self) {
        if self.refused.is_some() {
            self.refused = None;
        } else if self.list.is_some() {
            self.list = None;
        } else if self.plate.is_some() {
            self.plate = None;
        } else if self.chosen.is_some() {
            self.chosen = None;
        } else if self.beside.is_some() {
            self.beside = None;
        } else {
            self.drawer = false;
        }
    }
}

impl Reducible for UiState {
    type Action = UiAction;

    fn reduce(self: Rc<Self>, action: UiAction) -> Rc<Self> {
        Rc::new((*self).clone().after(action))
    }
}

/// The page's memory, as its readers hold it.
pub type Ui = UseReducerHandle<UiState>;

#[cfg(test)]
mod tests {
    use super::*;

    fn state() -> UiState {
        UiState::new(&Look::wished("?lang=en&theme=dark"))
    }

    #[test]
    fn what_was_chosen_before_the_panels_came_is_in_them() {
        let chosen = Some(Entity::Group("billing".into()));
        let look = Look { chosen, ..state().look() };
        let state = UiState::new(&look);
        assert!(state.drawer);
        assert_eq!(state.look(), look);
    }

    #[test]
    fn escape_closes_the_topmost_thing_first() {
        let state = state().after(UiAction::Open(Tab::Events));
        let state =
            state.after(UiAction::Lay(Some(Plate::Help))).after(UiAction::List(Some(List::Add)));
        let state = state.after(UiAction::Escape);
        assert!(state.list.is_none() && state.plate.is_some());
        let state = state.after(UiAction::Escape);
        assert!(state.plate.is_none() && state.drawer);
        assert!(!state.after(UiAction::Escape).drawer);
    }
}
