//! A brush: shapes and words onto a canvas, changing the canvas' state only where it must.

use std::f32::consts::{FRAC_PI_2, TAU};

use wasm_bindgen::{JsCast, JsValue};
use web_sys::CanvasRenderingContext2d;

use super::ink::Palette;
use super::stencils::Stencils;
use super::track::{Looks, Track};
use super::words::{Words, is_same_font};
use crate::scene::geometry::on_circle;
use crate::scene::ink::Ink;
use crate::scene::item::{Anchor, Dash, Item, Lettering, Manner, Run, Scene, Segment, Shape};

/// Discs up to this radius, in pixels, are dotted: punches.
const DOT: f32 = 4.0;

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
        words: &mut Words,
    ) {
        if let Some(radius) = dotted(first, run) {
            self.dots(*first, touched, radius, stencils);
            return;
        }
        self.ready(first, stencils);
        if let Shape::Label { .. } = first.shape {
            touched.for_each(|item| self.label(item, words));
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

    /// Small discs as dots of a round pen: a third of the work of as many circles.
    fn dots(
        &mut self,
        first: Item,
        touched: impl Iterator<Item = &'a Item>,
        radius: f32,
        stencils: &Stencils,
    ) {
        let ink = first.paint.ink.stroke(2.0 * radius).round();
        self.ready(&Item { paint: ink, ..first }, stencils);
        let track: &Track = self.context.unchecked_ref();
        self.context.begin_path();
        for item in touched {
            if let Shape::Disc { at, .. } = item.shape {
                track.move_to(at.x, at.y);
                // Of a line without any length no end would be drawn.
                track.line_to(at.x + 0.001, at.y);
            }
        }
        self.context.stroke();
    }

    fn label(&mut self, item: &Item, words: &mut Words) {
        let Shape::Label { at, text, lettering } = item.shape else { return };
        self.letter(lettering, words);
        let Some(text) = words.said(self.scene.text(text)) else { return };
        let (looks, room): (&Looks, f32) = (self.context.unchecked_ref(), lettering.room);
        match (item.paint.manner, room.is_finite()) {
            (Manner::Fill, true) => looks.fill_text_within(text, at.x, at.y, room),
            (Manner::Fill, false) => looks.fill_text(text, at.x, at.y),
            (_, true) => looks.stroke_text_within(text, at.x, at.y, room),
            (_, false) => looks.stroke_text(text, at.x, at.y),
        }
    }

    fn letter(&mut self, l: Lettering, words: &mut Words) {
        let before = self.lettering.replace(l);
        if before.is_none_or(|before| !is_same_font(before, l)) {
            let looks: &Looks = self.context.unchecked_ref();
            words.font(l, self.palette).into_iter().for_each(|font| looks.set_font(font));
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

/// The radius of a run of small discs that all have the same.
fn dotted(first: &Item, run: Run) -> Option<f32> {
    let Shape::Disc { radius, .. } = first.shape else { return None };
    let same = |item: &Item| matches!(item.shape, Shape::Disc { radius: r, .. } if r == radius);
    let dots = first.paint.manner == Manner::Fill && radius <= DOT && run.items().all(same);
    dots.then_some(radius)
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
