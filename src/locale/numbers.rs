//! Numbers, durations, sizes and rates as each language writes them; integers only.
//!
//! Units are SI symbols, the same in every language, after a no-break space.

use super::{Lang, Words};

/// Between a number and its unit: never a line break.
const GAP: char = '\u{a0}';

impl Lang {
    /// Between groups of three digits.
    const fn group(self) -> char {
        match self {
            Self::PtBr => '.',
            Self::En => ',',
        }
    }

    /// Before the decimals.
    const fn point(self) -> char {
        match self {
            Self::PtBr => ',',
            Self::En => '.',
        }
    }

    /// Writes a number with its groups: 12.345 or 12,345.
    pub(super) fn push_number(self, out: &mut String, number: i64) {
        if number < 0 {
            out.push('-');
        }
        self.push_grouped(out, number.unsigned_abs());
    }

    fn push_grouped(self, out: &mut String, number: u64) {
        if number >= 1000 {
            self.push_grouped(out, number / 1000);
            out.push(self.group());
            push_padded(out, number % 1000, 3);
        } else {
            push_padded(out, number, 1);
        }
    }

    /// Writes `tenths` of something, without a zero after the point.
    fn push_tenths(self, out: &mut String, tenths: u64) {
        self.push_grouped(out, tenths / 10);
        if !tenths.is_multiple_of(10) {
            out.push(self.point());
            push_padded(out, tenths % 10, 1);
        }
    }
}

/// Writes a number bare.
pub(super) fn push_bare(out: &mut String, number: i64) {
    if number < 0 {
        out.push('-');
    }
    push_padded(out, number.unsigned_abs(), 1);
}

/// Writes at least `width` digits.
fn push_padded(out: &mut String, number: u64, width: u32) {
    if number >= 10 || width > 1 {
        push_padded(out, number / 10, width.saturating_sub(1));
    }
    out.push(char::from(b'0' + (number % 10) as u8));
}

/// Divides and rounds to the nearest, halves upwards.
const fn nearest(number: u64, divisor: u64) -> u64 {
    number / divisor + (number % divisor >= divisor.div_ceil(2)) as u64
}

impl Words {
    /// A count: 12.345 or 12,345.
    pub fn number(self, number: i64) -> String {
        let mut out = String::new();
        self.0.push_number(&mut out, number);
        out
    }

    /// A fixed-point number: `decimal(12345, 1)` is 1.234,5 or 1,234.5.
    pub fn decimal(self, scaled: i64, places: u32) -> String {
        let mut out = String::new();
        if scaled < 0 {
            out.push('-');
        }
        let (number, one) = (scaled.unsigned_abs(), 10u64.saturating_pow(places));
        self.0.push_grouped(&mut out, number / one);
        if places > 0 {
            out.push(self.0.point());
            push_padded(&mut out, number % one, places);
        }
        out
    }

    /// A length of time in µs, to two or three digits that matter: 850 µs, 1,2 ms, 9,6 s,
    /// 1 min 30 s, 2 h 5 min, 7 d.
    pub fn span(self, micros: u64) -> String {
        let mut out = String::new();
        let tenths_of_ms = nearest(micros, 100);
        let ms = nearest(micros, 1000);
        let tenths_of_s = nearest(micros, 100_000);
        let s = nearest(micros, 1_000_000);
        if micros < 1000 {
            self.push_unit(&mut out, micros, "µs");
        } else if tenths_of_ms < 1000 {
            self.0.push_tenths(&mut out, tenths_of_ms);
            out.extend([GAP, 'm', 's']);
        } else if ms < 1000 {
            self.push_unit(&mut out, ms, "ms");
        } else if tenths_of_s < 600 {
            self.0.push_tenths(&mut out, tenths_of_s);
            out.extend([GAP, 's']);
        } else if s < 3600 {
            self.push_two(&mut out, (s / 60, "min"), (s % 60, "s"));
        } else if s < 86_400 {
            self.push_two(&mut out, (s / 3600, "h"), (s / 60 % 60, "min"));
        } else {
            self.push_two(&mut out, (s / 86_400, "d"), (s / 3600 % 24, "h"));
        }
        out
    }

    /// How wrong a clock is, from the milliseconds by which it is ahead.
    pub fn clock_error(self, ahead_ms: i64) -> String {
        let span = self.span(ahead_ms.unsigned_abs().saturating_mul(1000));
        if ahead_ms < 0 { self.ui_clock_behind(&span) } else { self.ui_clock_ahead(&span) }
    }

    /// A size: 512 B, 16,4 kB, 1,2 MB (powers of 1000).
    pub fn bytes(self, bytes: u64) -> String {
        const UNITS: [&str; 5] = ["kB", "MB", "GB", "TB", "PB"];
        let mut out = String::new();
        if bytes < 1000 {
            self.push_unit(&mut out, bytes, "B");
            return out;
        }
        let mut one = 1000u64;
        for unit in UNITS {
            let last = unit == UNITS[UNITS.len() - 1];
            if nearest(bytes, one) < 1000 || last {
                let tenths = nearest(bytes, one / 10);
                let shown = if tenths < 1000 { tenths } else { nearest(bytes, one) * 10 };
                self.0.push_tenths(&mut out, shown);
                out.push(GAP);
                out.push_str(unit);
                break;
            }
            one *= 1000;
        }
        out
    }

    /// How often, from thousandths per second: 12,5/s, 1.250/s.
    pub fn rate(self, thousandths: u64) -> String {
        let mut out = String::new();
        let tenths = nearest(thousandths, 100);
        self.0.push_tenths(&mut out, if tenths < 1000 { tenths } else { tenths / 10 * 10 });
        out.push_str("/s");
        out
    }

    /// A share, from millionths: 12,5%.
    pub fn percent(self, millionths: u64) -> String {
        let mut out = String::new();
        self.0.push_tenths(&mut out, nearest(millionths, 1000));
        out.push('%');
        out
    }

    /// The clock's reading, and the microseconds that follow it in small: 00:57.911 and 040.
    /// An instrument's reading: the same in every language.
    pub fn clock(self, micros: u64) -> (String, String) {
        let (mut reading, mut small) = (String::new(), String::new());
        let s = micros / 1_000_000;
        if s >= 3600 {
            push_padded(&mut reading, s / 3600, 1);
            reading.push(':');
        }
        push_padded(&mut reading, s / 60 % 60, 2);
        reading.push(':');
        push_padded(&mut reading, s % 60, 2);
        reading.push('.');
        push_padded(&mut reading, micros / 1000 % 1000, 3);
        push_padded(&mut small, micros % 1000, 3);
        (reading, small)
    }

    fn push_unit(self, out: &mut String, number: u64, unit: &str) {
        self.0.push_grouped(out, number);
        out.push(GAP);
        out.push_str(unit);
    }

    /// Two units, the smaller one only if it says something.
    fn push_two(self, out: &mut String, large: (u64, &str), small: (u64, &str)) {
        self.push_unit(out, large.0, large.1);
        if small.0 > 0 {
            out.push(GAP);
            self.push_unit(out, small.0, small.1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PT: Words = Words(Lang::PtBr);
    const EN: Words = Words(Lang::En);

    /// Readable in a test: no-break spaces become spaces.
    fn told(text: String) -> String {
        text.replace(GAP, " ")
    }

    #[test]
    fn numbers_have_groups() {
        let all = [0, 7, 999, 1000, 12_345, -1_234_567, i64::MIN];
        let pt = ["0", "7", "999", "1.000", "12.345", "-1.234.567", "-9.223.372.036.854.775.808"];
        assert_eq!(all.map(|number| PT.number(number)), pt);
        assert_eq!(EN.number(1_000_203), "1,000,203");
    }

    #[test]
    fn decimals_are_fixed_point() {
        assert_eq!(PT.decimal(12_345, 1), "1.234,5");
        assert_eq!(EN.decimal(12_345, 1), "1,234.5");
        assert_eq!(EN.decimal(-5, 3), "-0.005");
        assert_eq!(EN.decimal(5, 0), "5");
        assert_eq!(PT.decimal(200, 2), "2,00");
    }

    #[test]
    fn spans_keep_what_matters() {
        let told = |words: Words, micros: u64| told(words.span(micros));
        let cases = [
            (0, "0 µs"),
            (850, "850 µs"),
            (1_000, "1 ms"),
            (1_249, "1,2 ms"),
            (99_949, "99,9 ms"),
            (99_950, "100 ms"),
            (999_499, "999 ms"),
            (999_500, "1 s"),
            (9_600_000, "9,6 s"),
            (59_949_999, "59,9 s"),
            (59_950_000, "1 min"),
            (90_000_000, "1 min 30 s"),
            (3_599_500_000, "1 h"),
            (7_500_000_000, "2 h 5 min"),
            (604_800_000_000, "7 d"),
            (90_000_000_000, "1 d 1 h"),
        ];
        for (micros, text) in cases {
            assert_eq!(told(PT, micros), text, "{micros}");
        }
        assert_eq!(told(EN, 1_249), "1.2 ms");
        // Nothing overflows at the end of time.
        assert_eq!(told(EN, u64::MAX), "213,503,982 d 8 h");
    }

    #[test]
    fn sizes_rates_and_shares() {
        let pt = |bytes: u64| told(PT.bytes(bytes));
        assert_eq!(
            [999, 1000, 16_384, 33_554_432].map(pt),
            ["999 B", "1 kB", "16,4 kB", "33,6 MB"]
        );
        assert_eq!([99_949, 99_950, 999_500].map(pt), ["99,9 kB", "100 kB", "1 MB"]);
        assert_eq!(told(EN.bytes(1_500_000_000)), "1.5 GB");
        assert_eq!(told(EN.bytes(u64::MAX)), "18,447 PB");

        assert_eq!([0, 12_500, 1_250_400].map(|n| PT.rate(n)), ["0/s", "12,5/s", "1.250/s"]);
        assert_eq!([0, 125_000, 1_000_000].map(|n| EN.percent(n)), ["0%", "12.5%", "100%"]);
    }

    #[test]
    fn the_clock_reads_alike_everywhere() {
        let reading = |micros| EN.clock(micros);
        assert_eq!(reading(57_911_040), ("00:57.911".into(), "040".into()));
        assert_eq!(reading(0), ("00:00.000".into(), "000".into()));
        assert_eq!(reading(3_723_000_004), ("1:02:03.000".into(), "004".into()));
        assert_eq!(PT.clock(57_911_040), EN.clock(57_911_040));
    }
}
