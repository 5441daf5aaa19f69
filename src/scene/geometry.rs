//! Points, sizes, rectangles and easing, in CSS pixels; `f32`, since the world never sees it.

/// A place in the scene, in CSS pixels from its top left corner.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Point {
    /// Rightwards.
    pub x: f32,
    /// Downwards.
    pub y: f32,
}

/// Makes a [`Point`]; short because pictures are full of them.
pub const fn at(x: f32, y: f32) -> Point {
    Point { x, y }
}

impl Point {
    /// This point moved by `dx` and `dy`.
    pub const fn by(self, dx: f32, dy: f32) -> Point {
        at(self.x + dx, self.y + dy)
    }

    /// The point a share `t` (0 to 1) of the way to `other`.
    pub fn toward(self, other: Point, t: f32) -> Point {
        at(lerp(self.x, other.x, t), lerp(self.y, other.y, t))
    }
}

/// A width and a height, in CSS pixels.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Size {
    /// Width.
    pub w: f32,
    /// Height.
    pub h: f32,
}

/// An upright rectangle.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Rect {
    /// Left edge.
    pub x: f32,
    /// Top edge.
    pub y: f32,
    /// Width.
    pub w: f32,
    /// Height.
    pub h: f32,
}

/// Makes a [`Rect`] from its left, top, width and height.
pub const fn rect(x: f32, y: f32, w: f32, h: f32) -> Rect {
    Rect { x, y, w, h }
}

impl Rect {
    /// The rectangle of this size around a centre.
    pub const fn around(centre: Point, w: f32, h: f32) -> Rect {
        rect(centre.x - w / 2.0, centre.y - h / 2.0, w, h)
    }

    /// Right edge.
    pub const fn right(self) -> f32 {
        self.x + self.w
    }

    /// Bottom edge.
    pub const fn bottom(self) -> f32 {
        self.y + self.h
    }

    /// Centre.
    pub const fn centre(self) -> Point {
        at(self.x + self.w / 2.0, self.y + self.h / 2.0)
    }

    /// Smaller by `d` on every side; larger where `d` is negative.
    pub const fn inset(self, d: f32) -> Rect {
        rect(self.x + d, self.y + d, self.w - 2.0 * d, self.h - 2.0 * d)
    }

    /// Moved by `dx` and `dy`.
    pub const fn moved(self, dx: f32, dy: f32) -> Rect {
        rect(self.x + dx, self.y + dy, self.w, self.h)
    }

    /// Whether `p` lies inside or on the edge.
    pub fn contains(self, p: Point) -> bool {
        p.x >= self.x && p.x <= self.right() && p.y >= self.y && p.y <= self.bottom()
    }

    /// Whether the two share any area.
    pub fn overlaps(self, other: Rect) -> bool {
        self.x < other.right()
            && other.x < self.right()
            && self.y < other.bottom()
            && other.y < self.bottom()
    }

    /// The smallest rectangle that holds both.
    pub fn with(self, other: Rect) -> Rect {
        let (x, y) = (self.x.min(other.x), self.y.min(other.y));
        rect(x, y, self.right().max(other.right()) - x, self.bottom().max(other.bottom()) - y)
    }

    /// Each edge a share `t` of the way to the edge of `other`.
    pub fn toward(self, other: Rect, t: f32) -> Rect {
        rect(
            lerp(self.x, other.x, t),
            lerp(self.y, other.y, t),
            lerp(self.w, other.w, t),
            lerp(self.h, other.h, t),
        )
    }
}

/// A cubic curve between two points, as links are drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Curve {
    /// Where it starts.
    pub from: Point,
    /// First control point.
    pub lead: Point,
    /// Second control point.
    pub trail: Point,
    /// Where it ends.
    pub to: Point,
}

impl Curve {
    /// Leaves and arrives level, as between columns.
    pub fn level(from: Point, to: Point) -> Curve {
        let mid = (from.x + to.x) / 2.0;
        Curve { from, lead: at(mid, from.y), trail: at(mid, to.y), to }
    }

    /// Leaves and arrives upright, as between rows.
    pub fn upright(from: Point, to: Point) -> Curve {
        let mid = (from.y + to.y) / 2.0;
        Curve { from, lead: at(from.x, mid), trail: at(to.x, mid), to }
    }

    /// A straight line.
    pub fn straight(from: Point, to: Point) -> Curve {
        Curve { from, lead: from.toward(to, 1.0 / 3.0), trail: from.toward(to, 2.0 / 3.0), to }
    }

    /// The point at share `t` of the curve's parameter.
    pub fn point(self, t: f32) -> Point {
        let u = 1.0 - t;
        let (a, b, c, d) = (u * u * u, 3.0 * u * u * t, 3.0 * u * t * t, t * t * t);
        at(
            a * self.from.x + b * self.lead.x + c * self.trail.x + d * self.to.x,
            a * self.from.y + b * self.lead.y + c * self.trail.y + d * self.to.y,
        )
    }

    /// The same curve, walked backwards.
    pub fn reversed(self) -> Curve {
        Curve { from: self.to, lead: self.trail, trail: self.lead, to: self.from }
    }

    /// The first `t` of the curve (de Casteljau).
    pub fn head(self, t: f32) -> Curve {
        let ab = self.from.toward(self.lead, t);
        let bc = self.lead.toward(self.trail, t);
        let abc = ab.toward(bc, t);
        Curve { from: self.from, lead: ab, trail: abc, to: self.point(t) }
    }
}

/// The nearest to `value` from `least` to `most`. Unlike `f32::clamp` it cannot panic, and so does
/// not carry along the printer of floats that would tell why: 13 kB of the page.
pub fn within(value: f32, least: f32, most: f32) -> f32 {
    value.min(most).max(least)
}

/// Where on a circle of radius 1 a turn from its top leads, clockwise. The sine of the standard
/// library would be 8 kB of the page; this one is exact to 4 millionths.
pub fn on_circle(turn: f32) -> Point {
    at(sine(turn), -sine(turn + 0.25))
}

fn sine(turn: f32) -> f32 {
    let turn = turn - turn.floor();
    let (half, sign) = if turn > 0.5 { (turn - 0.5, -1.0) } else { (turn, 1.0) };
    let x = std::f32::consts::TAU * half.min(0.5 - half);
    let square = x * x;
    let terms = [72.0, 42.0, 20.0, 6.0];
    sign * x * terms.iter().fold(1.0, |sum, term| 1.0 - square / term * sum)
}

/// The value a share `t` of the way from `a` to `b`.
pub fn lerp(a: f32, b: f32, t: f32) -> f32 {
    a + (b - a) * t
}

/// Fast, then gently to rest: for things that land or slide.
pub fn ease_out(t: f32) -> f32 {
    let u = 1.0 - t.clamp(0.0, 1.0);
    1.0 - u * u * u
}

/// Gently off, gently to rest: for the glide of a layout.
pub fn ease_in_out(t: f32) -> f32 {
    let t = t.clamp(0.0, 1.0);
    t * t * (3.0 - 2.0 * t)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn turns_lead_around_the_circle() {
        for step in -30..=60 {
            let turn = step as f32 / 24.0;
            let (angle, point) = (turn * std::f32::consts::TAU, on_circle(turn));
            let apart = (point.x - angle.sin()).abs() + (point.y + angle.cos()).abs();
            assert!(apart < 2e-5, "{turn}: {point:?}");
        }
    }
}
