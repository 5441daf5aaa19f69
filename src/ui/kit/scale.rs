//! Numbers of many magnitudes on one slider: steps that grow with what they count.

/// Positions of a slider for one magnitude (a factor of ten).
const PER_DECADE: usize = 9;

/// The numbers that a slider from `min` to `max` stops at: 0, 1, 2 … 9, 10, 20 … and both ends.
fn stops(min: i64, max: i64) -> impl Iterator<Item = i64> {
    let mut next = Some(min);
    std::iter::from_fn(move || {
        let now = next?;
        let one = decade(now);
        let after = if now < 0 { 0 } else { (now / one).saturating_add(1).saturating_mul(one) };
        next = (now < max).then(|| after.min(max));
        Some(now)
    })
}

fn decade(number: i64) -> i64 {
    let mut one: i64 = 1;
    while number / one >= 10 {
        one = one.saturating_mul(10);
    }
    one
}

/// Where on the slider a number is, and how many positions there are after the first.
pub fn to_scale(value: i64, min: i64, max: i64) -> (usize, usize) {
    let mut place = 0;
    let mut last = 0;
    for (index, stop) in stops(min, max).enumerate().take(PER_DECADE * 20 + 2) {
        if stop <= value {
            place = index;
        }
        last = index;
    }
    (place, last)
}

/// The number at a position of the slider.
pub fn from_scale(place: usize, min: i64, max: i64) -> i64 {
    stops(min, max).nth(place).unwrap_or(max)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_grow_with_the_number() {
        let all: Vec<i64> = stops(0, 230).collect();
        let tens =
            [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100, 200, 230];
        assert_eq!(all, tens);
        assert_eq!(stops(-1, 3).collect::<Vec<_>>(), [-1, 0, 1, 2, 3]);
        assert_eq!(stops(5, 5).collect::<Vec<_>>(), [5]);
    }

    #[test]
    fn there_and_back() {
        for value in [0, 1, 5, 10, 300, 40_000, i64::from(i32::MAX)] {
            let (place, last) = to_scale(value, 0, i64::from(i32::MAX));
            assert_eq!(from_scale(place, 0, i64::from(i32::MAX)), value);
            assert!(place <= last);
        }
        // Between two stops it is the lower one.
        assert_eq!(from_scale(to_scale(16_384, 0, 100_000).0, 0, 100_000), 10_000);
        assert_eq!(from_scale(to_scale(i64::MAX, 0, i64::MAX).0, 0, i64::MAX), i64::MAX);
    }
}
