//! THE SCREEN. Paints scenes on a canvas, frame by frame, and reports gestures.
//! Who may knock: `ui`, which mounts one [`Stage`] and gives it something to draw.
//! Never here: Kafka, words, or anything that remembers what was drawn.

pub mod frames;
pub mod gesture;
pub mod ink;
pub mod pen;
pub mod surface;

use std::rc::Rc;

use web_sys::HtmlCanvasElement;
use yew::prelude::*;

use self::frames::Frames;
use self::gesture::{Gesture, Gestures};
use self::ink::{Palette, ThemeWatch};
use self::pen::Pen;
use self::surface::Surface;
use crate::scene::geometry::Size;
use crate::scene::item::Scene;

/// One turn of the screen: what `draw` is told.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Frame {
    /// Milliseconds since the frame before, at most [`frames::LONGEST_STEP`].
    pub elapsed: f64,
    /// The stage's size in CSS pixels: draw for it.
    pub size: Size,
}

/// What the stage needs. Give it callbacks that keep their identity (`use_callback`), and it mounts
/// once and never renders again.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// Asked once a frame; `None` where nothing has changed, and nothing is painted.
    pub draw: Callback<Frame, Option<Rc<Scene>>>,
    /// Told of every gesture.
    pub on_gesture: Callback<Gesture>,
    /// The picture's name for those who do not see it.
    #[prop_or_default]
    pub label: AttrValue,
}

/// A canvas that fills its parent and shows what `draw` returns.
#[component]
pub fn Stage(props: &Props) -> Html {
    let canvas = use_node_ref();
    let deps = (props.draw.clone(), props.on_gesture.clone());
    let node = canvas.clone();
    use_effect_with(deps, move |(draw, on_gesture)| {
        let running = node.cast::<HtmlCanvasElement>().and_then(|canvas| {
            let on_gesture = on_gesture.clone();
            let gestures = Gestures::on(&canvas, move |gesture| on_gesture.emit(gesture));
            Some((run(canvas, draw.clone())?, gestures))
        });
        move || drop(running)
    });
    html! { <canvas ref={canvas} class="stage" role="img" aria-label={&props.label} /> }
}

fn run(canvas: HtmlCanvasElement, draw: Callback<Frame, Option<Rc<Scene>>>) -> Option<Frames> {
    let window = web_sys::window()?;
    let mut pen = Pen::new(&canvas)?;
    let theme = ThemeWatch::new(&window);
    let surface = Surface::new(window.clone(), canvas.clone());
    let mut palette: Option<Palette> = None;
    let mut shown: Option<Rc<Scene>> = None;
    Some(Frames::start(move |elapsed| {
        let mut stale = surface.settle();
        if theme.changed() || palette.is_none() {
            palette = Some(Palette::read(&window, &canvas));
            stale = true;
        }
        if let Some(scene) = draw.emit(Frame { elapsed, size: surface.size() }) {
            shown = Some(scene);
            stale = true;
        }
        if let (true, Some(scene), Some(palette)) = (stale, &shown, &palette) {
            pen.paint(scene, palette, surface.ratio());
        }
    }))
}
