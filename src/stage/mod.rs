//! THE SCREEN. Paints scenes on a canvas, frame by frame, and reports gestures.
//! Who may knock: `lens`, which mounts one [`Stage`] and gives it something to draw.
//! Never here: Kafka, words, or anything of a picture but what the canvas shows already.

pub mod brush;
pub mod frames;
pub mod gesture;
pub mod ink;
pub mod pen;
pub mod stencils;
pub mod surface;
pub mod track;
pub mod words;

use std::rc::Rc;

use web_sys::HtmlCanvasElement;

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

/// A canvas that fills its parent and shows what it is given to draw, until it is dropped.
pub struct Stage {
    _frames: Frames,
    _gestures: Gestures,
}

impl Stage {
    /// Takes charge of a canvas. `draw` is asked once a frame, and answers `None` where nothing has
    /// changed and nothing is to be painted; `report` is told of every gesture.
    pub fn on(
        canvas: &HtmlCanvasElement,
        draw: impl FnMut(Frame) -> Option<Rc<Scene>> + 'static,
        report: impl Fn(Gesture) + 'static,
    ) -> Option<Stage> {
        let _gestures = Gestures::on(canvas, report);
        Some(Stage { _frames: run(canvas.clone(), draw)?, _gestures })
    }
}

fn run(
    canvas: HtmlCanvasElement,
    mut draw: impl FnMut(Frame) -> Option<Rc<Scene>> + 'static,
) -> Option<Frames> {
    let window = web_sys::window()?;
    let mut pen = Pen::new(canvas.clone())?;
    let theme = ThemeWatch::new(&window);
    let surface = Surface::new(window.clone(), canvas.clone());
    let mut palette: Option<Palette> = None;
    let mut shown: Option<Rc<Scene>> = None;
    let mut afresh = true;
    Some(Frames::start(move |elapsed| {
        afresh |= surface.settle();
        if theme.changed() || palette.is_none() {
            palette = Some(Palette::read(&window, &canvas));
            afresh = true;
        }
        let scene = draw(Frame { elapsed, size: surface.size() });
        let stale = afresh || scene.is_some();
        shown = scene.or(shown.take());
        if let (true, Some(scene), Some(palette)) = (stale, &shown, &palette) {
            pen.paint(scene, palette, surface.ratio(), std::mem::take(&mut afresh));
        }
    }))
}
