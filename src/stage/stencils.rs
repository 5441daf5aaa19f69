//! Stencils: dash patterns, and paths that are drawn more than once.
//!
//! A cell's body and its edge are one shape, and much stays where it was: such a path is made once,
//! not step by step each time.

use js_sys::Array;
use wasm_bindgen::JsValue;
use web_sys::Path2d;

use crate::scene::item::Dash;

/// Paths of fewer shapes are as soon drawn as looked up.
const FEW: usize = 3;

/// What a pen keeps at hand from picture to picture.
pub struct Stencils {
    dashes: Vec<Array>,
    caps: [JsValue; 2],
    /// Digests of the runs of this picture and of the one before, sorted.
    now: Vec<u64>,
    before: Vec<u64>,
    paths: Vec<(u64, Path2d)>,
}

impl Default for Stencils {
    /// The dash patterns, and no path.
    fn default() -> Stencils {
        let dashes = Dash::ALL.iter().map(|dash| {
            dash.pattern().iter().map(|&length| JsValue::from_f64(f64::from(length))).collect()
        });
        Stencils {
            dashes: dashes.collect(),
            caps: ["butt", "round"].map(JsValue::from_str),
            now: Vec::new(),
            before: Vec::new(),
            paths: Vec::new(),
        }
    }
}

impl Stencils {
    /// The next picture has runs of these shapes, told by their digests.
    pub fn turn(&mut self, shapes: impl Iterator<Item = u64>) {
        std::mem::swap(&mut self.now, &mut self.before);
        self.now.clear();
        self.now.extend(shapes);
        self.now.sort_unstable();
        let now = &self.now;
        self.paths.retain(|(shapes, _)| now.binary_search(shapes).is_ok());
    }

    /// The pattern of a dash.
    pub fn dash(&self, dash: Dash) -> Option<&Array> {
        self.dashes.get(dash as usize)
    }

    /// The cap of a line's ends.
    pub fn cap(&self, round: bool) -> &JsValue {
        let [butt, whole] = &self.caps;
        if round { whole } else { butt }
    }

    /// The path of `count` shapes, told by their digest; made by `draw` where it is new and will
    /// be asked for again, or was there before.
    pub fn path(
        &mut self,
        shapes: u64,
        count: usize,
        draw: impl FnOnce(&JsValue),
    ) -> Option<&Path2d> {
        let known = self.paths.iter().position(|(known, _)| *known == shapes);
        let place = match known {
            Some(place) => place,
            None if count >= FEW && self.recurs(shapes) => {
                let path = Path2d::new().ok()?;
                draw(&path);
                self.paths.push((shapes, path));
                self.paths.len() - 1
            }
            None => return None,
        };
        self.paths.get(place).map(|(_, path)| path)
    }

    fn recurs(&self, shapes: u64) -> bool {
        let first = self.now.partition_point(|other| *other < shapes);
        let again = self.now.get(first + 1) == Some(&shapes);
        again || self.before.binary_search(&shapes).is_ok()
    }
}
