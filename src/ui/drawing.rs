//! The picture: time passes, the scene is drawn, and the panels are told; at most ten times a
//! second, and only what changed.

use std::cell::RefCell;
use std::rc::Rc;

use yew::prelude::*;

use super::desk::Desk;
use super::handle::Handle;
use super::hotspots::{Stop, hotspots};
use super::hud::{Hud, Slice};
use super::later;
use super::ledger::ledger;
use super::looker::{Ground, Looker, pointed};
use super::panels::Roster;
use super::state::UiAction;
use super::tooltip::{Tip, tooltip};
use crate::locale::Words;
use crate::metrics::ledger::Sums;
use crate::scene::geometry::Rect;
use crate::scene::item::Scene;
use crate::scene::view::Entity;
use crate::session::Session;
use crate::stage::{Frame, Stage};

/// The least eye time between two readings for the panels, in milliseconds.
const READING: f64 = 100.0;
/// After so many readings names are read again although nothing has moved.
const NAMES: u32 = 10;

/// What the drawing needs.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// The desk.
    pub desk: Desk,
    /// Told what the panels show now.
    pub on_hud: UseStateSetter<Hud>,
    /// What there is: an empty cluster says so.
    pub roster: Option<Slice<Roster>>,
    /// The ledger stands on the picture's free ground, where there is some.
    pub sums: Sums,
}

/// What the page knows of the picture, renewed with the panels.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Around {
    stops: Rc<Vec<Stop>>,
    tip: Option<Tip>,
    ground: Ground,
}

/// The stage with what lies over it.
#[component]
pub fn Drawing(props: &Props) -> Html {
    let Props { desk, on_hud, roster, sums } = props;
    let words = desk.words;
    let around = use_state(|| Rc::new(Around::default()));
    let canvas = use_node_ref();
    {
        let (canvas, around) = (canvas.clone(), around.setter());
        let (handle, ui, on_hud) = (desk.handle.clone(), desk.ui.dispatcher(), on_hud.clone());
        // The stage is mounted once: none of what it holds ever changes its identity.
        use_effect_with((), move |()| {
            let looker = Rc::new(RefCell::new(Looker::default()));
            let (eyes, hand) = (looker.clone(), handle.clone());
            let mut readings = Readings::default();
            let draw = move |frame: Frame| {
                let scene = turn(&handle, &eyes, frame);
                let (hud, new) = readings.read(&handle, &eyes, frame.elapsed);
                // Told only now: whoever hears of it may look at the session again.
                hud.into_iter().for_each(|hud| on_hud.set(hud));
                new.into_iter().for_each(|new| around.set(new));
                scene
            };
            let stage = Stage::on(&canvas, draw, move |gesture| {
                if let Some(chosen) = pointed(&hand, &looker, gesture) {
                    ui.dispatch(UiAction::Choose(chosen));
                }
            });
            move || drop(stage)
        });
    }
    let class = match around.ground {
        Ground::Free => "drawing roomy",
        Ground::Scarce => "drawing snug",
        Ground::Taken => "drawing full",
    };
    let over = later::rest().map(|rest| (rest.over)(desk, &around, roster.as_deref(), *sums));
    html! {
        <div {class}>
            <canvas ref={canvas} class="stage" role="img" aria-label={words.ui_stage()} />
            { over.unwrap_or_default() }
        </div>
    }
}

/// What lies over the picture: buttons for the keyboard, the ledger, a tooltip.
pub fn over(desk: &Desk, around: &Around, roster: Option<&Roster>, sums: Sums) -> Html {
    let words = desk.words;
    let hint = roster.and_then(|roster| {
        if roster.topics.is_empty() {
            Some(words.ui_stage_empty())
        } else {
            roster.consumers.is_empty().then(|| words.ui_stage_no_consumers())
        }
    });
    html! {
        <>
            { hotspots(desk, &around.stops) }
            if let Some(hint) = hint {
                <p class="empty on-stage">{ hint }</p>
            }
            { ledger(words, sums) }
            { around.tip.as_ref().map(tooltip).unwrap_or_default() }
        </>
    }
}

/// Lets time pass and draws what it brought; nothing, where nothing changed.
fn turn(handle: &Handle, looker: &RefCell<Looker>, frame: Frame) -> Option<Rc<Scene>> {
    let changed = handle.advance(frame.elapsed);
    let mut looker = looker.borrow_mut();
    let scene = handle.with_look(|ui| {
        let drawn = |looker: &mut Looker| handle.read(|session| looker.draw(session, ui, frame));
        (changed || looker.is_restless(frame.size)).then(|| drawn(&mut looker))
    });
    scene.flatten()
}

/// When the panels were last told, and what.
#[derive(Default)]
struct Readings {
    since: f64,
    hud: Option<Hud>,
    around: Option<Rc<Around>>,
    /// Where the stops were when they were last made, and how many readings ago.
    places: Vec<(Entity, Rect)>,
    old: u32,
}

impl Readings {
    /// What is new, ten times a second.
    fn read(
        &mut self,
        handle: &Handle,
        looker: &RefCell<Looker>,
        elapsed: f64,
    ) -> (Option<Hud>, Option<Rc<Around>>) {
        self.since += elapsed;
        if self.since < READING && self.hud.is_some() {
            return (None, None);
        }
        let since = std::mem::take(&mut self.since);
        let looker = looker.borrow();
        let moved = self.moved(looker.scene());
        let before = self.hud.as_ref();
        let stops = |session: &Session, words: Words| match &self.around {
            Some(around) if !moved => around.stops.clone(),
            _ => {
                let rest = later::rest().zip(looker.scene());
                let stops = rest.map(|(rest, scene)| (rest.stops)(session, words, scene));
                Rc::new(stops.unwrap_or_default())
            }
        };
        let read = handle.with_look(|ui| {
            let said = handle.narrate(ui.lang, since);
            handle.read(|session| {
                let around = Around {
                    stops: stops(session, ui.words()),
                    tip: looker.tip(session, ui),
                    ground: looker.ground(),
                };
                (Hud::read(session, ui, said, before), Rc::new(around))
            })
        });
        let Some((hud, around)) = read else { return (None, None) };
        if moved {
            handle.show(around.stops.iter().map(|stop| stop.entity.clone()).collect());
        }
        let hud = self.hud.replace(hud.clone()).is_none_or(|old| old != hud).then_some(hud);
        let old = self.around.replace(around.clone());
        (hud, old.is_none_or(|old| old != around).then_some(around))
    }
    /// Whether things stand elsewhere than when the stops were last made. Names that changed alone
    /// are taken up once a second.
    fn moved(&mut self, scene: Option<&Scene>) -> bool {
        let Some(scene) = scene else { return true };
        self.old += 1;
        let same = scene.stops().eq(self.places.iter().map(|(entity, place)| (entity, *place)));
        let made = self.around.as_ref().is_some_and(|around| !around.stops.is_empty());
        if same && made && self.old < NAMES {
            return false;
        }
        self.old = 0;
        self.places.clear();
        self.places.extend(scene.stops().map(|(entity, place)| (entity.clone(), place)));
        true
    }
}
