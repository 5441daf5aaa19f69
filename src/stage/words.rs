//! Words and fonts as the page's own strings, each made once: to hand over a copy of each label for
//! each picture takes longer than to set it.

use wasm_bindgen::JsValue;

use super::ink::Palette;
use crate::scene::item::{Lettering, Weight};

/// More words than a picture has; then all are forgotten.
const MANY: usize = 1024;

/// What was said so far.
#[derive(Default)]
pub struct Words {
    /// In the order of their letters.
    said: Vec<(Box<str>, JsValue)>,
    fonts: Vec<(Lettering, JsValue)>,
}

impl Words {
    /// The palette is another, and with it the faces.
    pub fn forget(&mut self) {
        self.fonts.clear();
    }

    /// A text as a string of the page.
    pub fn said(&mut self, text: &str) -> Option<&JsValue> {
        let place = match self.said.binary_search_by(|(said, _)| (**said).cmp(text)) {
            Ok(place) => place,
            Err(_) if self.said.len() == MANY => {
                self.said.clear();
                self.said.push((text.into(), JsValue::from_str(text)));
                0
            }
            Err(place) => {
                self.said.insert(place, (text.into(), JsValue::from_str(text)));
                place
            }
        };
        self.said.get(place).map(|(_, said)| said)
    }

    /// The font of a lettering, as CSS writes it.
    pub fn font(&mut self, lettering: Lettering, palette: &Palette) -> Option<&JsValue> {
        let known = self.fonts.iter().position(|(known, _)| is_same_font(*known, lettering));
        let place = known.unwrap_or_else(|| {
            let mut font = String::from(match lettering.weight {
                Weight::Regular => "400 ",
                Weight::Strong => "600 ",
                Weight::Bold => "700 ",
            });
            tenths(&mut font, lettering.size);
            font.push_str("px ");
            font.push_str(palette.family(lettering.face));
            self.fonts.push((lettering, JsValue::from_str(&font)));
            self.fonts.len() - 1
        });
        self.fonts.get(place).map(|(_, font)| font)
    }
}

/// Whether two letterings differ in how words are placed at most.
pub fn is_same_font(a: Lettering, b: Lettering) -> bool {
    a.face == b.face && a.weight == b.weight && a.size == b.size
}

/// A size with one decimal; the float printer of the standard library weighs 8 kB.
fn tenths(out: &mut String, value: f32) {
    let tenths = (value.max(0.0) * 10.0).round() as u64;
    let mut digits = [0u8; 20];
    out.push_str(crate::scene::draft::decimal(tenths / 10, &mut digits));
    out.push('.');
    out.push(char::from(b'0' + (tenths % 10) as u8));
}
