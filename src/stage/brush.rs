//! A brush: shapes and words onto a canvas, changing the canvas' state only where it must.

use std::f32::consts::{FRAC_PI_2, TAU};

use wasm_bindgen::{JsCast, JsValue};
use web_sys::CanvasRenderingContext2d;

use super::ink::Palette;
use super::stencils::Stencils;
use super::track::{Looks, Track};
use crate::scene::geometry::on_circle;
use crate::scene::ink::Ink;
use crate::scene::item::{
    Anchor, Dash, Item, Lettering, Manner, Run, Scene, Segment, Shape, Weight,
};

/// Paints one sheet; remembers what the context is set to, so that it is set only when it changes.
pub struct Brush<'a> {
    context: &'a CanvasRenderingContext2d,
    scene: &'a Scene,
    palette: &'a Palette,
    fill: Option<Ink>,
    stroke: Option<Ink>,
    fade: Option<u8>,
    width: f32,
    dash: Option<Dash>,
    round: Option<bool>,
    lettering: Option<Lettering>,
    font: String,
}

impl<'a> Brush<'a> {
    /// A brush for a context that is as it was when it was new.
    pub fn new(
        context: &'a CanvasRenderingContext2d,
        scene: &'a Scene,
        palette: &'a Palette,
    ) -> Brush<'a> {
        context.set_line_join("round");
        Brush {
            context,
            scene,
            palette,
            fill: None,
            stroke: None,
            fade: None,
            width: 0.0,
            dash: None,
            round: None,
            lettering: None,
            font: String::new(),
        }
    }

    /// Paints `touched` items of a run, the first of which is `first`. All of the run may be
    /// painted where that is less to do: `shapes` is a digest of all of its shapes.
    pub fn run(
        &mut self,
        first: &Item,
        touched: impl Iterator<Item = &'a Item>,
        run: Run,
        shapes: u64,
        stencils: &mut Stencils,
    ) {
        self.ready(first, stencils);
        if let Shape::Label { .. } = first.shape {
            touched.for_each(|item| self.label(item));
            return;
        }
        let filled = first.paint.manner == Manner::Fill;
        let scene = self.scene;
        let draw = |track: &JsValue| run.items().for_each(|item| shape(track, scene, item.shape));
        if let Some(path) = stencils.path(shapes, run.count(), draw) {
            match filled {
                true => self.context.fill_with_path_2d(path),
                false => self.context.stroke_with_path(path),
            }
            return;
        }
        self.context.begin_path();
        touched.for_each(|item| shape(self.context, scene, item.shape));
        match filled {
            true => self.context.fill(),
            false => self.context.stroke(),
        }
    }

    fn ready(&mut self, item: &Item, stencils: &Stencils) {
        let context = self.context;
        let colours: &Looks = context.unchecked_ref();
        if self.fade.replace(item.fade) != Some(item.fade) {
            context.set_global_alpha(f64::from(item.fade) / 255.0);
        }
        let ink = item.paint.ink;
        let Manner::Stroke { width, dash, round } = item.paint.manner else {
            if self.fill.replace(ink) != Some(ink) {
                colours.set_fill(self.palette.colour(ink));
            }
            return;
        };
        if self.stroke.replace(ink) != Some(ink) {
            colours.set_stroke(self.palette.colour(ink));
        }
        if self.width != width {
            self.width = width;
            context.set_line_width(f64::from(width));
        }
        if self.dash.replace(dash) != Some(dash)
            && let Some(pattern) = stencils.dash(dash)
        {
            // Patterns are finite and positive by construction.
            let _ = context.set_line_dash(pattern);
        }
        if self.round.replace(round) != Some(round) {
            colours.set_cap(stencils.cap(round));
        }
    }

    fn label(&mut self, item: &Item) {
        let Shape::Label { at, text, lettering } = item.shape else { return };
        self.letter(lettering);
        let (x, y) = (f64::from(at.x), f64::from(at.y));
        let text = self.scene.text(text);
        let room = f64::from(lettering.room);
        // Text that the context cannot set is left out; there is nobody to tell.
        let _ = match (item.paint.manner, room.is_finite()) {
            (Manner::Fill, true) => self.context.fill_text_with_max_width(text, x, y, room),
            (Manner::Fill, false) => self.context.fill_text(text, x, y),
            (_, true) => self.context.stroke_text_with_max_width(text, x, y, room),
            (_, false) => self.context.stroke_text(text, x, y),
        };
    }

    fn letter(&mut self, l: Lettering) {
        let before = self.lettering.replace(l);
        let same =
            before.is_some_and(|b| b.face == l.face && b.weight == l.weight && b.size == l.size);
        if !same {
            self.font.clear();
            self.font.push_str(match l.weight {
                Weight::Regular => "400 ",
                Weight::Strong => "600 ",
                Weight::Bold => "700 ",
            });
            tenths(&mut self.font, l.size);
            self.font.push_str("px ");
            self.font.push_str(self.palette.family(l.face));
            self.context.set_font(&self.font);
        }
        if before.is_none_or(|b| b.anchor != l.anchor) {
            self.context.set_text_align(match l.anchor {
                Anchor::Start => "left",
                Anchor::Middle => "center",
                Anchor::End => "right",
            });
        }
    }
}

/// Takes a shape's steps.
fn shape(track: &JsValue, scene: &Scene, shape: Shape) {
    let track: &Track = track.unchecked_ref();
    match shape {
        Shape::Disc { at, radius } => {
            let radius = radius.max(0.0);
            track.move_to(at.x + radius, at.y);
            track.arc(at.x, at.y, radius, 0.0, TAU);
        }
        Shape::Slab { rect: r, radius } if radius <= 0.0 => track.rect(r.x, r.y, r.w, r.h),
        Shape::Slab { rect: r, radius } => track.round_rect(r.x, r.y, r.w, r.h, radius),
        Shape::Arc { at, radius, from, to } => {
            let (radius, start) = (radius.max(0.0), on_circle(from));
            let angle = |turn: f32| turn * TAU - FRAC_PI_2;
            track.move_to(at.x + radius * start.x, at.y + radius * start.y);
            track.arc(at.x, at.y, radius, angle(from), angle(to));
        }
        Shape::Path(span) => {
            for segment in scene.path(span) {
                match *segment {
                    Segment::Move(p) => track.move_to(p.x, p.y),
                    Segment::Line(p) => track.line_to(p.x, p.y),
                    Segment::Curve(a, b, p) => track.curve_to(a.x, a.y, b.x, b.y, p.x, p.y),
                    Segment::Close => track.close(),
                }
            }
        }
        Shape::Label { .. } => {}
    }
}

/// A size with one decimal; the float printer of the standard library weighs 8 kB.
fn tenths(out: &mut String, value: f32) {
    let tenths = (value.max(0.0) * 10.0).round() as u64;
    let mut digits = [0u8; 20];
    out.push_str(crate::scene::draft::decimal(tenths / 10, &mut digits));
    out.push('.');
    out.push(char::from(b'0' + (tenths % 10) as u8));
}
