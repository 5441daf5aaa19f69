//! What a person does on the canvas, in the scene's own coordinates.

use std::cell::RefCell;
use std::rc::Rc;

use gloo_events::{EventListener, EventListenerOptions, EventListenerPhase};
use wasm_bindgen::JsCast;
use web_sys::{Event, HtmlCanvasElement, MouseEvent, PointerEvent, WheelEvent};

use crate::scene::geometry::{Point, at};

/// One thing done on the stage. Points are in CSS pixels from its top left corner.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Gesture {
    /// The pointer is over this point; none when it has left.
    Hover(Option<Point>),
    /// Pressed and let go in one place.
    Tap(Point),
    /// Tapped twice in one place.
    DoubleTap(Point),
    /// Asked what can be done here: right button, long press.
    Menu(Point),
    /// Dragged, or scrolled, by this much.
    Pan {
        /// The movement since the last report.
        by: Point,
    },
    /// Pinched, or scrolled with the control key.
    Zoom {
        /// What stays where it is.
        at: Point,
        /// How much larger things become: above 1 nearer, below 1 farther.
        factor: f32,
    },
}

/// How far a press may wander and still be a tap, in pixels.
const STILL: f32 = 5.0;
/// Wheel pixels that make things larger by once their size.
const WHEEL_ZOOM: f32 = 400.0;

/// Listens to a canvas until it is dropped.
pub struct Gestures {
    _listeners: Vec<EventListener>,
}

impl Gestures {
    /// Reports every gesture on `canvas` to `report`.
    pub fn on(canvas: &HtmlCanvasElement, report: impl Fn(Gesture) + 'static) -> Gestures {
        let hands = Rc::new(RefCell::new(Hands::default()));
        let report = Rc::new(report);
        let listen = |name: &'static str, read: fn(&mut Hands, &Event) -> Vec<Gesture>| {
            let (hands, report) = (hands.clone(), report.clone());
            // Active listeners: panning and zooming replace what the browser would do.
            let options =
                EventListenerOptions { phase: EventListenerPhase::Bubble, passive: false };
            EventListener::new_with_options(canvas, name, options, move |event| {
                // Read first, then report: whoever listens may cause another event.
                let seen = read(&mut hands.borrow_mut(), event);
                seen.into_iter().for_each(|gesture| report(gesture));
            })
        };
        let listeners = vec![
            listen("pointerdown", down),
            listen("pointermove", moved),
            listen("pointerup", up),
            listen("pointercancel", cancelled),
            listen("pointerleave", left),
            listen("dblclick", twice),
            listen("contextmenu", menu),
            listen("wheel", wheel),
        ];
        Gestures { _listeners: listeners }
    }
}

/// The pointers that are down, and whether they have wandered.
#[derive(Default)]
struct Hands {
    down: Vec<Finger>,
    wandered: bool,
}

struct Finger {
    id: i32,
    start: Point,
    now: Point,
}

fn place(event: &MouseEvent) -> Point {
    at(event.offset_x() as f32, event.offset_y() as f32)
}

fn down(hands: &mut Hands, event: &Event) -> Vec<Gesture> {
    let Some(event) = event.dyn_ref::<PointerEvent>() else { return vec![] };
    if event.button() != 0 {
        return vec![];
    }
    if let Some(target) = event.target().and_then(|t| t.dyn_into::<HtmlCanvasElement>().ok()) {
        // Without capture a drag ends at the canvas' edge, no worse.
        let _ = target.set_pointer_capture(event.pointer_id());
    }
    if hands.down.is_empty() {
        hands.wandered = false;
    }
    let p = place(event);
    hands.down.retain(|finger| finger.id != event.pointer_id());
    hands.down.push(Finger { id: event.pointer_id(), start: p, now: p });
    vec![]
}

fn moved(hands: &mut Hands, event: &Event) -> Vec<Gesture> {
    let Some(event) = event.dyn_ref::<PointerEvent>() else { return vec![] };
    let p = place(event);
    let Some(i) = hands.down.iter().position(|finger| finger.id == event.pointer_id()) else {
        return if event.pointer_type() == "touch" {
            vec![]
        } else {
            vec![Gesture::Hover(Some(p))]
        };
    };
    let before = hands.down[i].now;
    let other = hands.down.iter().enumerate().find(|(j, _)| *j != i).map(|(_, f)| f.now);
    hands.down[i].now = p;
    if far(hands.down[i].start, p) > STILL {
        hands.wandered = true;
    }
    let by = at(p.x - before.x, p.y - before.y);
    match other {
        Some(other) => {
            hands.wandered = true;
            let factor = far(other, p) / far(other, before).max(1.0);
            let half = at(by.x / 2.0, by.y / 2.0);
            vec![Gesture::Zoom { at: other.toward(p, 0.5), factor }, Gesture::Pan { by: half }]
        }
        None if hands.wandered => vec![Gesture::Pan { by }],
        None => vec![],
    }
}

fn up(hands: &mut Hands, event: &Event) -> Vec<Gesture> {
    let Some(event) = event.dyn_ref::<PointerEvent>() else { return vec![] };
    let before = hands.down.len();
    hands.down.retain(|finger| finger.id != event.pointer_id());
    let last = before == 1 && hands.down.is_empty();
    if last && !hands.wandered { vec![Gesture::Tap(place(event))] } else { vec![] }
}

fn cancelled(hands: &mut Hands, _: &Event) -> Vec<Gesture> {
    hands.down.clear();
    vec![Gesture::Hover(None)]
}

fn left(hands: &mut Hands, _: &Event) -> Vec<Gesture> {
    if hands.down.is_empty() { vec![Gesture::Hover(None)] } else { vec![] }
}

fn twice(_: &mut Hands, event: &Event) -> Vec<Gesture> {
    event.dyn_ref::<MouseEvent>().map(|e| Gesture::DoubleTap(place(e))).into_iter().collect()
}

fn menu(hands: &mut Hands, event: &Event) -> Vec<Gesture> {
    event.prevent_default();
    hands.down.clear();
    event.dyn_ref::<MouseEvent>().map(|e| Gesture::Menu(place(e))).into_iter().collect()
}

fn wheel(_: &mut Hands, event: &Event) -> Vec<Gesture> {
    let Some(event) = event.dyn_ref::<WheelEvent>() else { return vec![] };
    event.prevent_default();
    // Lines and pages come from wheels without pixels.
    let unit = match event.delta_mode() {
        WheelEvent::DOM_DELTA_LINE => 16.0,
        WheelEvent::DOM_DELTA_PAGE => 400.0,
        _ => 1.0,
    };
    let (dx, dy) = (event.delta_x() as f32 * unit, event.delta_y() as f32 * unit);
    if event.ctrl_key() || event.meta_key() {
        let step = 1.0 + dy.abs().min(WHEEL_ZOOM) / WHEEL_ZOOM;
        let factor = if dy < 0.0 { step } else { 1.0 / step };
        return vec![Gesture::Zoom { at: place(event), factor }];
    }
    vec![Gesture::Pan { by: at(-dx, -dy) }]
}

fn far(a: Point, b: Point) -> f32 {
    let (dx, dy) = (a.x - b.x, a.y - b.y);
    (dx * dx + dy * dy).sqrt()
}
