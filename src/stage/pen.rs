//! The first pen: a scene onto a canvas, changing its state once a run.

use std::f64::consts::{FRAC_PI_2, TAU};

use js_sys::{Array, Object, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement};

use super::ink::Palette;
use crate::scene::geometry::{Rect, on_circle};
use crate::scene::ink::Ink;
use crate::scene::item::{Anchor, Dash, Item, Lettering, Manner, Scene, Segment, Shape, Weight};

/// Paints scenes onto one canvas. It remembers nothing of them.
pub struct Pen {
    context: CanvasRenderingContext2d,
    dashes: Vec<Array>,
    font: String,
}

/// What the context is set to, so that it is set only when it changes.
#[derive(Default)]
struct Set {
    fill: Option<Ink>,
    stroke: Option<Ink>,
    fade: Option<u8>,
    width: f32,
    dash: Option<Dash>,
    round: Option<bool>,
    lettering: Option<Lettering>,
}

impl Pen {
    /// A pen for this canvas; none where the browser gives no 2D context.
    pub fn new(canvas: &HtmlCanvasElement) -> Option<Pen> {
        let options = Object::new();
        // The scene covers its canvas: an opaque one composes faster.
        Reflect::set(&options, &JsValue::from_str("alpha"), &JsValue::FALSE).ok()?;
        let context = canvas.get_context_with_context_options("2d", &options).ok()??;
        let dashes = Dash::ALL.iter().map(|dash| {
            dash.pattern().iter().map(|&length| JsValue::from_f64(f64::from(length))).collect()
        });
        Some(Pen {
            context: context.dyn_into().ok()?,
            dashes: dashes.collect(),
            font: String::new(),
        })
    }

    /// Paints the whole scene at `ratio` device pixels per CSS pixel.
    pub fn paint(&mut self, scene: &Scene, palette: &Palette, ratio: f64) {
        let mut set = Set::default();
        self.clear(scene, palette, ratio);
        for run in scene.runs() {
            let Some(first) = run.items().next() else { continue };
            self.ready(&mut set, first, palette);
            if let Shape::Label { .. } = first.shape {
                for item in run.items() {
                    self.label(&mut set, item, scene, palette);
                }
                continue;
            }
            self.context.begin_path();
            for item in run.items() {
                self.shape(scene, item.shape);
            }
            match first.paint.manner {
                Manner::Fill => self.context.fill(),
                Manner::Stroke { .. } => self.context.stroke(),
            }
        }
    }

    fn clear(&self, scene: &Scene, palette: &Palette, ratio: f64) {
        let context = &self.context;
        // The transform is the pen's own; a finite matrix is never refused.
        let _ = context.set_transform(ratio, 0.0, 0.0, ratio, 0.0, 0.0);
        context.set_global_alpha(1.0);
        context.set_fill_style_str(palette.colour(Ink::Stage));
        // One pixel more: the bitmap may be rounded up from the scene's size.
        let (w, h) = (f64::from(scene.size.w) + 1.0, f64::from(scene.size.h) + 1.0);
        context.fill_rect(0.0, 0.0, w, h);
        let zoom = ratio * f64::from(scene.camera.zoom);
        let pan = scene.camera.pan;
        let (x, y) = (-zoom * f64::from(pan.x), -zoom * f64::from(pan.y));
        let _ = context.set_transform(zoom, 0.0, 0.0, zoom, x, y);
        context.set_line_join("round");
        context.set_text_baseline("alphabetic");
    }

    fn ready(&self, set: &mut Set, item: &Item, palette: &Palette) {
        let context = &self.context;
        if set.fade.replace(item.fade) != Some(item.fade) {
            context.set_global_alpha(f64::from(item.fade) / 255.0);
        }
        let ink = item.paint.ink;
        let Manner::Stroke { width, dash, round } = item.paint.manner else {
            if set.fill.replace(ink) != Some(ink) {
                context.set_fill_style_str(palette.colour(ink));
            }
            return;
        };
        if set.stroke.replace(ink) != Some(ink) {
            context.set_stroke_style_str(palette.colour(ink));
        }
        if set.width != width {
            set.width = width;
            context.set_line_width(f64::from(width));
        }
        if set.dash.replace(dash) != Some(dash)
            && let Some(pattern) = self.dashes.get(dash as usize)
        {
            // Patterns are finite and positive by construction.
            let _ = context.set_line_dash(pattern);
        }
        if set.round.replace(round) != Some(round) {
            context.set_line_cap(if round { "round" } else { "butt" });
        }
    }

    fn shape(&self, scene: &Scene, shape: Shape) {
        let context = &self.context;
        match shape {
            Shape::Disc { at, radius } => {
                let (x, y, r) = (f64::from(at.x), f64::from(at.y), f64::from(radius.max(0.0)));
                context.move_to(x + r, y);
                // A radius is never negative here, the only thing `arc` refuses.
                let _ = context.arc(x, y, r, 0.0, TAU);
            }
            Shape::Slab { rect, radius } => self.slab(rect, radius),
            Shape::Arc { at, radius, from, to } => {
                let (x, y, r) = (f64::from(at.x), f64::from(at.y), f64::from(radius.max(0.0)));
                let angle = |turn: f32| f64::from(turn) * TAU - FRAC_PI_2;
                let start = on_circle(from);
                context.move_to(x + r * f64::from(start.x), y + r * f64::from(start.y));
                let _ = context.arc(x, y, r, angle(from), angle(to));
            }
            Shape::Path(span) => {
                for segment in scene.path(span) {
                    match *segment {
                        Segment::Move(p) => context.move_to(f64::from(p.x), f64::from(p.y)),
                        Segment::Line(p) => context.line_to(f64::from(p.x), f64::from(p.y)),
                        Segment::Curve(a, b, p) => context.bezier_curve_to(
                            f64::from(a.x),
                            f64::from(a.y),
                            f64::from(b.x),
                            f64::from(b.y),
                            f64::from(p.x),
                            f64::from(p.y),
                        ),
                        Segment::Close => context.close_path(),
                    }
                }
            }
            Shape::Label { .. } => {}
        }
    }

    fn slab(&self, r: Rect, radius: f32) {
        let (x, y, w, h) = (f64::from(r.x), f64::from(r.y), f64::from(r.w), f64::from(r.h));
        if radius <= 0.0 {
            self.context.rect(x, y, w, h);
        } else {
            // Refuses only negative radii.
            let _ = self.context.round_rect_with_f64(x, y, w, h, f64::from(radius));
        }
    }

    fn label(&mut self, set: &mut Set, item: &Item, scene: &Scene, palette: &Palette) {
        let Shape::Label { at, text, lettering } = item.shape else { return };
        self.letter(set, lettering, palette);
        let (x, y) = (f64::from(at.x), f64::from(at.y));
        let text = scene.text(text);
        let room = f64::from(lettering.room);
        // Text that the context cannot set is left out; there is nobody to tell.
        let _ = match (item.paint.manner, room.is_finite()) {
            (Manner::Fill, true) => self.context.fill_text_with_max_width(text, x, y, room),
            (Manner::Fill, false) => self.context.fill_text(text, x, y),
            (_, true) => self.context.stroke_text_with_max_width(text, x, y, room),
            (_, false) => self.context.stroke_text(text, x, y),
        };
    }

    fn letter(&mut self, set: &mut Set, l: Lettering, palette: &Palette) {
        let before = set.lettering.replace(l);
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
            self.font.push_str(palette.family(l.face));
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

/// A size with one decimal; the float printer of the standard library weighs 8 kB.
fn tenths(out: &mut String, value: f32) {
    let tenths = (value.max(0.0) * 10.0).round() as u64;
    let mut digits = [0u8; 20];
    out.push_str(crate::scene::draft::decimal(tenths / 10, &mut digits));
    out.push('.');
    out.push(char::from(b'0' + (tenths % 10) as u8));
}
