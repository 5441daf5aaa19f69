//! The second pen: a scene as SVG text, for tests that people can open, and for slides.

use super::geometry::{Point, Rect, on_circle};
use super::item::{Anchor, Face, Item, Lettering, Manner, Scene, Segment, Shape, Weight};

/// The scene as an SVG document. `style` is the style sheet put into it: the tokens of
/// `styles/ink.css`, so that the picture stands alone and follows its reader's theme.
pub fn svg(scene: &Scene, style: &str) -> String {
    let mut out = String::with_capacity(scene.len() * 48 + style.len() + 512);
    let size = [scene.size.w, scene.size.h];
    out.push_str("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"");
    let (pan, zoom) = (scene.camera.pan, scene.camera.zoom);
    numbers(&mut out, &[pan.x, pan.y, size[0] / zoom, size[1] / zoom]);
    out.push_str("\" width=\"");
    number(&mut out, size[0]);
    out.push_str("\" height=\"");
    number(&mut out, size[1]);
    out.push_str("\" fill=\"none\">\n<style>\n");
    out.push_str(style);
    out.push_str(
        "svg{background:var(--stage);stroke-linejoin:round}text{white-space:pre}\n</style>\n",
    );
    for run in scene.runs() {
        let mut path = false;
        for item in run.items() {
            if let Shape::Label { at, text, lettering } = item.shape {
                label(&mut out, item, at, scene.text(text), lettering);
            } else {
                if !path {
                    path = true;
                    out.push_str("<path");
                    paint(&mut out, item);
                    out.push_str(" d=\"");
                }
                shape(&mut out, scene, item.shape);
            }
        }
        if path {
            out.push_str("\"/>\n");
        }
    }
    out.push_str("</svg>\n");
    out
}

fn paint(out: &mut String, item: &Item) {
    let attribute = match item.paint.manner {
        Manner::Fill => " fill=\"var(",
        Manner::Stroke { .. } => " stroke=\"var(",
    };
    out.push_str(attribute);
    out.push_str(item.paint.ink.token());
    out.push_str(")\"");
    if let Manner::Stroke { width, dash, round } = item.paint.manner {
        out.push_str(" stroke-width=\"");
        number(out, width);
        out.push('"');
        if !dash.pattern().is_empty() {
            out.push_str(" stroke-dasharray=\"");
            numbers(out, dash.pattern());
            out.push('"');
        }
        if round {
            out.push_str(" stroke-linecap=\"round\"");
        }
    }
    if item.fade < u8::MAX {
        out.push_str(" opacity=\"");
        number(out, f32::from(item.fade) / 255.0);
        out.push('"');
    }
}

fn shape(out: &mut String, scene: &Scene, shape: Shape) {
    match shape {
        Shape::Disc { at, radius } => {
            point(out, "\nM", at.by(-radius, 0.0));
            for dx in [2.0 * radius, -2.0 * radius] {
                out.push('a');
                numbers(out, &[radius, radius, 0.0, 0.0, 1.0, dx, 0.0]);
            }
            out.push('z');
        }
        Shape::Slab { rect, radius } => slab(out, rect, radius),
        Shape::Arc { at, radius, from, to } => arc(out, at, radius, from, to),
        Shape::Path(span) => {
            for segment in scene.path(span) {
                match *segment {
                    Segment::Move(p) => point(out, "\nM", p),
                    Segment::Line(p) => point(out, "L", p),
                    Segment::Curve(a, b, p) => {
                        out.push('C');
                        numbers(out, &[a.x, a.y, b.x, b.y, p.x, p.y]);
                    }
                    Segment::Close => out.push('z'),
                }
            }
        }
        Shape::Label { .. } => {}
    }
}

fn slab(out: &mut String, r: Rect, radius: f32) {
    let radius = radius.min(r.w / 2.0).min(r.h / 2.0).max(0.0);
    point(out, "\nM", Point { x: r.x + radius, y: r.y });
    out.push('h');
    number(out, r.w - 2.0 * radius);
    let legs = [
        (radius, radius, 'v', r.h),
        (-radius, radius, 'h', -r.w),
        (-radius, -radius, 'v', -r.h),
        (radius, -radius, 'z', 0.0),
    ];
    for (dx, dy, next, length) in legs {
        if radius > 0.0 {
            out.push('a');
            numbers(out, &[radius, radius, 0.0, 0.0, 1.0, dx, dy]);
        }
        out.push(next);
        if next != 'z' {
            number(out, length - 2.0 * radius * length.signum());
        }
    }
}

fn arc(out: &mut String, at: Point, radius: f32, from: f32, to: f32) {
    let on = |turn: f32| {
        let out = on_circle(turn);
        at.by(radius * out.x, radius * out.y)
    };
    // One arc cannot close on itself: a whole turn is drawn as two.
    let half = (from + to) / 2.0;
    point(out, "\nM", on(from));
    for (start, end) in [(from, half), (half, to)] {
        let p = on(end);
        out.push('A');
        numbers(out, &[radius, radius, 0.0, f32::from(end - start > 0.5), 1.0, p.x, p.y]);
    }
}

fn label(out: &mut String, item: &Item, at: Point, text: &str, lettering: Lettering) {
    out.push_str("<text x=\"");
    number(out, at.x);
    out.push_str("\" y=\"");
    number(out, at.y);
    out.push_str("\" font-size=\"");
    number(out, lettering.size);
    out.push_str("\" style=\"font-family:var(");
    out.push_str(match lettering.face {
        Face::Sans => "--sans,sans-serif",
        Face::Mono => "--mono,monospace",
    });
    out.push_str(")\"");
    match lettering.weight {
        Weight::Regular => {}
        Weight::Strong => out.push_str(" font-weight=\"600\""),
        Weight::Bold => out.push_str(" font-weight=\"700\""),
    }
    match lettering.anchor {
        Anchor::Start => {}
        Anchor::Middle => out.push_str(" text-anchor=\"middle\""),
        Anchor::End => out.push_str(" text-anchor=\"end\""),
    }
    paint(out, item);
    out.push('>');
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            c => out.push(c),
        }
    }
    out.push_str("</text>\n");
}

fn point(out: &mut String, command: &str, p: Point) {
    out.push_str(command);
    numbers(out, &[p.x, p.y]);
}

fn numbers(out: &mut String, values: &[f32]) {
    for (i, value) in values.iter().enumerate() {
        if i > 0 {
            out.push(' ');
        }
        number(out, *value);
    }
}

/// A number with at most two decimals, the same on every machine; the float printer of the
/// standard library would weigh 8 kB in the page.
fn number(out: &mut String, value: f32) {
    let hundredths = (f64::from(value) * 100.0).round() as i64;
    if hundredths < 0 {
        out.push('-');
    }
    let n = hundredths.unsigned_abs();
    let mut digits = [0u8; 20];
    out.push_str(super::draft::decimal(n / 100, &mut digits));
    let (tenth, hundredth) = ((n / 10 % 10) as u8, (n % 10) as u8);
    if tenth != 0 || hundredth != 0 {
        out.push('.');
        out.push(char::from(b'0' + tenth));
    }
    if hundredth != 0 {
        out.push(char::from(b'0' + hundredth));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short_and_exact() {
        let mut out = String::new();
        numbers(&mut out, &[0.0, -0.004, 1.5, -2.25, 12.999, 28.0, 0.05]);
        assert_eq!(out, "0 0 1.5 -2.25 13 28 0.05");
    }
}
