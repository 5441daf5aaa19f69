//! The first pen: a scene onto a canvas, each over the one before.
//!
//! Only the tiles that have changed are painted; and what stands still is kept on a canvas that
//! nobody sees, so that what flies over it does not have it painted anew.

use wasm_bindgen::JsCast;
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement};

use super::brush::Brush;
use super::ink::Palette;
use super::stencils::Stencils;
use super::track;
use super::words::Words;
use crate::scene::ink::Ink;
use crate::scene::item::{Run, Scene};
use crate::scene::tiles::{Patch, Tiles};

/// Paints scenes onto one canvas.
pub struct Pen {
    canvas: HtmlCanvasElement,
    context: CanvasRenderingContext2d,
    /// Links and plates that rest, and nothing over them.
    ground: HtmlCanvasElement,
    ground_context: CanvasRenderingContext2d,
    tiles: Tiles,
    stencils: Stencils,
    words: Words,
}

impl Pen {
    /// A pen for this canvas; none where the browser gives no 2D context.
    pub fn new(canvas: HtmlCanvasElement) -> Option<Pen> {
        let ground = canvas.owner_document()?.create_element("canvas").ok()?;
        let ground: HtmlCanvasElement = ground.dyn_into().ok()?;
        Some(Pen {
            context: track::context(&canvas)?,
            canvas,
            ground_context: track::context(&ground)?,
            ground,
            tiles: Tiles::default(),
            stencils: Stencils::default(),
            words: Words::default(),
        })
    }

    /// Paints the scene at `ratio` device pixels per CSS pixel: all of it where it is to be painted
    /// `afresh`, because the canvas is empty or inks have changed.
    pub fn paint(&mut self, scene: &Scene, palette: &Palette, ratio: f64, afresh: bool) {
        if afresh {
            self.ground.set_width(self.canvas.width());
            self.ground.set_height(self.canvas.height());
            self.words.forget();
        }
        self.tiles.read(scene, ratio as f32, afresh);
        let (still, tiles) = (scene.still(), &self.tiles);
        let moving = scene.runs().filter(|run| run.place >= still);
        self.stencils.turn(moving.map(|run| tiles.shapes(run.place, run.count())));
        let (stencils, words) = (&mut self.stencils, &mut self.words);
        let mut sheet = Sheet { scene, palette, ratio, tiles: &self.tiles, stencils, words };
        let changed = sheet.tiles.changed();
        if !changed.is_empty() {
            let bare = sheet.tiles.bare(&changed);
            self.context.save();
            clip(&self.context, &changed);
            // A canvas is an image that can always be drawn, unless it has no pixels.
            let _ = self.context.draw_image_with_html_canvas_element(&self.ground, 0.0, 0.0);
            if !bare.is_empty() {
                self.context.save();
                sheet.ground(&self.context, &bare, still);
                self.context.restore();
            }
            sheet.runs(&self.context, &changed, |run| run.place >= still);
            self.context.restore();
        }
        if let Some(settled) = self.tiles.settled() {
            let context = &self.ground_context;
            let (stencils, words) = (&mut self.stencils, &mut self.words);
            context.save();
            Sheet { scene, palette, ratio, tiles: &self.tiles, stencils, words }
                .ground(context, &settled, still);
            context.restore();
        }
    }
}

/// Nothing is painted but on a patch.
fn clip(context: &CanvasRenderingContext2d, patch: &Patch) {
    context.begin_path();
    for r in patch.places() {
        context.rect(f64::from(r.x), f64::from(r.y), f64::from(r.w), f64::from(r.h));
    }
    context.clip();
}

/// A picture to be painted.
struct Sheet<'a> {
    scene: &'a Scene,
    palette: &'a Palette,
    ratio: f64,
    tiles: &'a Tiles,
    stencils: &'a mut Stencils,
    words: &'a mut Words,
}

impl Sheet<'_> {
    /// Paints what stands still: the first `still` items.
    fn ground(&mut self, context: &CanvasRenderingContext2d, patch: &Patch, still: usize) {
        clip(context, patch);
        let (w, h) = (f64::from(self.scene.size.w), f64::from(self.scene.size.h));
        track::fill(context, self.palette.colour(Ink::Stage));
        // One pixel more: the bitmap may be rounded up from the scene's size.
        context.fill_rect(0.0, 0.0, (w + 1.0) * self.ratio, (h + 1.0) * self.ratio);
        self.runs(context, patch, |run| run.place < still);
    }

    /// Paints some runs where they lie on a patch.
    fn runs(
        &mut self,
        context: &CanvasRenderingContext2d,
        patch: &Patch,
        wanted: impl Fn(&Run) -> bool,
    ) {
        let camera = self.scene.camera;
        let zoom = self.ratio * f64::from(camera.zoom);
        let (x, y) = (-zoom * f64::from(camera.pan.x), -zoom * f64::from(camera.pan.y));
        // The transform is the pen's own; a finite matrix is never refused.
        let _ = context.set_transform(zoom, 0.0, 0.0, zoom, x, y);
        let mut brush = Brush::new(context, self.scene, self.palette);
        for run in self.scene.runs().filter(wanted) {
            let items = run.items().zip(run.place..);
            let touched = items.filter(|(_, place)| self.tiles.touches(patch, *place));
            let mut touched = touched.map(|(item, _)| item).peekable();
            let Some(first) = touched.peek().copied() else { continue };
            let shapes = self.tiles.shapes(run.place, run.count());
            brush.run(first, touched, run, shapes, self.stencils, self.words);
        }
    }
}
