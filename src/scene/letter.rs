//! How wide words are, without a browser: a table of the page's faces, good to a few per cent.

use std::borrow::Cow;

use super::item::{Face, Lettering, Weight};

/// Advance of every glyph of the mono face, in thousandths of its size.
const MONO: u32 = 632;
/// Advance of a letter that the table does not know.
const UNKNOWN: u32 = 600;
/// Advances of U+0020 to U+007E at weight 400, in thousandths of the size.
#[rustfmt::skip]
const REGULAR: [u16; 95] = [
    280, 286, 301, 651, 592, 919, 731, 160, 299, 299, 485, 606, 210, 362, 210, 387,
    648, 407, 548, 576, 614, 588, 598, 510, 615, 595, 210, 210, 553, 628, 553, 480,
    778, 626, 613, 645, 669, 569, 552, 694, 694, 392, 512, 631, 541, 824, 693, 714,
    592, 724, 614, 592, 558, 690, 593, 856, 623, 575, 607, 317, 387, 344, 552, 372,
    243, 525, 566, 485, 564, 538, 314, 558, 550, 252, 245, 492, 262, 845, 550, 548,
    566, 574, 349, 471, 326, 540, 461, 684, 481, 449, 460, 344, 237, 344, 555,
];
/// The same at weight 700; 600 lies two thirds of the way.
#[rustfmt::skip]
const BOLD: [u16; 95] = [
    312, 303, 390, 765, 610, 969, 725, 210, 335, 335, 485, 595, 271, 373, 272, 440,
    659, 440, 579, 600, 624, 607, 626, 537, 624, 571, 272, 272, 569, 612, 569, 547,
    781, 678, 643, 658, 688, 597, 566, 718, 701, 424, 561, 663, 552, 858, 717, 746,
    629, 756, 650, 610, 607, 686, 644, 886, 685, 650, 618, 340, 440, 344, 582, 400,
    288, 552, 596, 510, 596, 563, 365, 593, 571, 300, 259, 555, 318, 882, 571, 576,
    596, 599, 376, 508, 376, 567, 530, 740, 539, 521, 505, 381, 254, 381, 537,
];

/// How wide `text` is, in pixels.
pub fn width(text: &str, lettering: Lettering) -> f32 {
    let sum: u32 = text.chars().map(|c| advance(c, lettering)).sum();
    sum as f32 * lettering.size / 1000.0
}

/// `text`, shortened with an ellipsis where it is wider than its room.
pub fn fit(text: &str, lettering: Lettering) -> Cow<'_, str> {
    if !lettering.room.is_finite() || width(text, lettering) <= lettering.room {
        return Cow::Borrowed(text);
    }
    let unit = lettering.size / 1000.0;
    let mut left = lettering.room - advance('…', lettering) as f32 * unit;
    let mut end = 0;
    for (i, c) in text.char_indices() {
        left -= advance(c, lettering) as f32 * unit;
        if left < 0.0 {
            break;
        }
        end = i + c.len_utf8();
    }
    let kept = text.get(..end).unwrap_or_default().trim_end();
    let mut short = String::with_capacity(kept.len() + 3);
    short.push_str(kept);
    short.push('…');
    Cow::Owned(short)
}

fn advance(c: char, lettering: Lettering) -> u32 {
    if lettering.face == Face::Mono {
        return MONO;
    }
    let plain = bare(c);
    let index = match u32::from(plain).checked_sub(0x20) {
        Some(i) if i < 95 => i as usize,
        _ => return wide(plain),
    };
    let regular = u32::from(REGULAR[index]);
    let bold = u32::from(BOLD[index]);
    match lettering.weight {
        Weight::Regular => regular,
        Weight::Strong => (regular + 2 * bold) / 3,
        Weight::Bold => bold,
    }
}

/// The letter under its accent; accents are as wide as their letter.
fn bare(c: char) -> char {
    match c {
        'á' | 'à' | 'â' | 'ã' | 'ä' => 'a',
        'é' | 'è' | 'ê' | 'ë' => 'e',
        'í' | 'ì' | 'î' | 'ï' => 'i',
        'ó' | 'ò' | 'ô' | 'õ' | 'ö' => 'o',
        'ú' | 'ù' | 'û' | 'ü' => 'u',
        'ç' => 'c',
        'ñ' => 'n',
        'Á' | 'À' | 'Â' | 'Ã' | 'Ä' => 'A',
        'É' | 'È' | 'Ê' => 'E',
        'Í' => 'I',
        'Ó' | 'Ò' | 'Ô' | 'Õ' | 'Ö' => 'O',
        'Ú' | 'Ü' => 'U',
        'Ç' => 'C',
        other => other,
    }
}

fn wide(c: char) -> u32 {
    match c {
        '·' => 280,
        '\u{a0}' => 280,
        '–' => 503,
        '×' => 534,
        '…' => 730,
        // Ideographs and symbols fill their square.
        c if u32::from(c) >= 0x2e80 => 1000,
        _ => UNKNOWN,
    }
}

#[cfg(test)]
mod tests {
    use super::super::item::sans;
    use super::*;

    #[test]
    fn accents_are_as_wide_as_their_letter() {
        assert_eq!(width("ação", sans(14.0)), width("acao", sans(14.0)));
    }

    #[test]
    fn long_words_are_shortened_to_their_room() {
        let tight = sans(16.0).bold().room(80.0);
        let short = fit("a-producer-with-a-very-long-name", tight);
        assert!(short.ends_with('…'), "{short}");
        assert!(width(&short, tight) <= 80.0, "{short}");
        assert_eq!(fit("C1", tight), "C1");
    }
}
