//! The picture: time passes, the scene is drawn, and the panels are told; at most ten times a
//! second, and only what changed.

use std::cell::RefCell;
use std::rc::Rc;

use yew::prelude::*;

use super::handle::{Handle, use_handle};
use super::hotspots::{Hotspots, Stop, stops};
use super::hud::{Hud, Roster};
use super::looker::{Ground, Looker, pointed};
use super::state::{UiAction, use_ui};
use super::tooltip::{Tip, Tooltip};
use crate::locale::Words;
use crate::scene::item::Scene;
use crate::stage::gesture::Gesture;
use crate::stage::{Frame, Stage};

/// The least eye time between two readings for the panels, in milliseconds.
const READING: f64 = 100.0;

/// What the drawing needs.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// The language.
    pub words: Words,
    /// Told what the panels show now.
    pub on_hud: Callback<Hud>,
    /// What there is: an empty cluster says so.
    pub roster: Rc<Roster>,
    /// What stands on the picture's free ground, where there is some.
    pub children: Html,
}

/// What the page knows of the picture, renewed with the panels.
#[derive(Clone, Debug, Default, PartialEq)]
struct Surroundings {
    stops: Rc<Vec<Stop>>,
    tip: Option<Tip>,
    ground: Ground,
}

/// The stage with what lies over it.
#[component]
pub fn Drawing(props: &Props) -> Html {
    let Props { words, on_hud, roster, children } = props;
    let (handle, ui) = (use_handle(), use_ui());
    let looker = use_mut_ref(Looker::default);
    let around = use_state_eq(Surroundings::default);
    let readings = use_mut_ref(Readings::default);
    let draw = {
        let deps = (handle.clone(), on_hud.clone(), around.setter());
        let (looker, readings) = (looker.clone(), readings.clone());
        use_callback(deps, move |frame: Frame, (handle, on_hud, around)| {
            let handle = handle.as_ref()?;
            let scene = turn(handle, &looker, frame);
            let (hud, new) = readings.borrow_mut().read(handle, &looker, frame.elapsed);
            // Told only now: whoever hears of it may look at the session again.
            hud.into_iter().for_each(|hud| on_hud.emit(hud));
            new.into_iter().for_each(|new| around.set(new));
            scene
        })
    };
    let on_gesture = {
        let deps = (handle.clone(), ui.map(|ui| ui.dispatcher()));
        use_callback(deps, move |gesture: Gesture, (handle, ui)| {
            let (Some(handle), Some(ui)) = (handle, ui) else { return };
            if let Some(chosen) = pointed(handle, &looker, gesture) {
                ui.dispatch(UiAction::Choose(chosen));
            }
        })
    };
    let class = classes!(
        "drawing",
        match around.ground {
            Ground::Free => "roomy",
            Ground::Scarce => "snug",
            Ground::Taken => "full",
        }
    );
    html! {
        <div {class}>
            <Stage {draw} {on_gesture} label={words.ui_stage()} />
            <Hotspots words={*words} stops={around.stops.clone()} />
            if roster.topics.is_empty() {
                <p class="empty on-stage">{ words.ui_stage_empty() }</p>
            } else if roster.consumers.is_empty() {
                <p class="empty on-stage">{ words.ui_stage_no_consumers() }</p>
            }
            { children.clone() }
            <Tooltip tip={around.tip.clone()} />
        </div>
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
    around: Option<Surroundings>,
}

impl Readings {
    /// What is new, ten times a second.
    fn read(
        &mut self,
        handle: &Handle,
        looker: &RefCell<Looker>,
        elapsed: f64,
    ) -> (Option<Hud>, Option<Surroundings>) {
        self.since += elapsed;
        if self.since < READING && self.hud.is_some() {
            return (None, None);
        }
        let since = std::mem::take(&mut self.since);
        let before = self.hud.as_ref();
        let looker = looker.borrow();
        let read = handle.with_look(|ui| {
            let said = handle.narrate(ui.lang, since);
            handle.read(|session| {
                let stops = looker.scene().map(|scene| stops(session, ui.words(), scene));
                let around = Surroundings {
                    stops: Rc::new(stops.unwrap_or_default()),
                    tip: looker.tip(session, ui.words()),
                    ground: looker.ground(),
                };
                (Hud::read(session, ui, said, before), around)
            })
        });
        let Some((hud, around)) = read else { return (None, None) };
        handle.show(around.stops.iter().map(|stop| stop.entity.clone()).collect());
        let hud = self.hud.replace(hud.clone()).is_none_or(|old| old != hud).then_some(hud);
        let old = self.around.replace(around.clone());
        (hud, old.is_none_or(|old| old != around).then_some(around))
    }
}
