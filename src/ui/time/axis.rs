//! The stretch of the tape that the scrubber shows: it changes in steps, so that nothing creeps.

use crate::sim::{Span, Time};

/// How long the whole axis may be, in seconds: the shortest that has room for what was played.
const LENGTHS: [u64; 14] =
    [30, 60, 120, 300, 600, 1_200, 1_800, 3_600, 7_200, 18_000, 36_000, 86_400, 604_800, 6_048_000];

/// How far apart ticks may be, in milliseconds.
const STEPS: [u64; 20] = [
    10,
    20,
    50,
    100,
    200,
    500,
    1_000,
    2_000,
    5_000,
    10_000,
    30_000,
    60_000,
    120_000,
    300_000,
    600_000,
    1_800_000,
    3_600_000,
    7_200_000,
    86_400_000,
    864_000_000,
];

/// How many ticks there are at most.
const TICKS: u64 = 7;

/// How often the axis can be halved.
pub const MOST_ZOOM: u8 = 8;

/// A stretch of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Axis {
    pub from: Time,
    pub to: Time,
}

impl Axis {
    /// Of a tape that was played so far, seen so closely, with the cursor in sight.
    pub fn new(reach: Time, now: Time, zoom: u8) -> Self {
        let wanted = reach.0 + reach.0 / 16;
        let longest = LENGTHS[LENGTHS.len() - 1];
        let whole = LENGTHS.into_iter().find(|secs| secs * 1_000_000 >= wanted).unwrap_or(longest);
        let whole = (whole * 1_000_000).max(reach.0);
        let length = whole >> zoom.min(MOST_ZOOM);
        // The cursor is in the middle half: then the axis stands still for a good while.
        let half = (length / 2).max(1);
        let from = now.0.saturating_sub(length / 4) / half * half;
        let from = from.min(whole - length);
        Self { from: Time(from), to: Time(from + length) }
    }

    /// Where a time is, in thousandths of the axis; none if it is not on it.
    pub fn place(self, at: Time) -> Option<f32> {
        (self.from <= at && at <= self.to).then(|| self.place_beyond(at))
    }

    /// The same for times before and after it, too: at its ends.
    pub fn place_beyond(self, at: Time) -> f32 {
        let length = self.to.since(self.from).0.max(1);
        (at.clamp(self.from, self.to).since(self.from).0 as f64 / length as f64 * 1000.0) as f32
    }

    /// Times that are written below it.
    pub fn ticks(self) -> impl Iterator<Item = Time> {
        let length = self.to.since(self.from).0;
        let step = STEPS.into_iter().map(|ms| ms * 1000).find(|step| length / step < TICKS);
        let step = step.unwrap_or(length.max(1));
        let first = self.from.0.div_ceil(step);
        (first..).map(move |n| Time(n * step)).take_while(move |at| *at <= self.to)
    }

    /// The length of it.
    pub fn length(self) -> Span {
        self.to.since(self.from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(secs: u64) -> Time {
        Time(secs * 1_000_000)
    }

    #[test]
    fn the_axis_has_room_for_what_was_played() {
        let axis = Axis::new(at(8), at(8), 0);
        assert_eq!(axis, Axis { from: at(0), to: at(30) });
        assert_eq!(axis.ticks().collect::<Vec<_>>(), [0, 5, 10, 15, 20, 25, 30].map(at));
        assert_eq!(axis.place(at(15)), Some(500.0));
        assert_eq!((axis.place(at(31)), axis.place_beyond(at(31))), (None, 1000.0));
        assert_eq!(Axis::new(at(3_500), at(8), 0).to, at(7_200));
    }

    #[test]
    fn closer_means_half_as_much() {
        let axis = Axis::new(at(50), at(40), 1);
        assert_eq!(axis.length(), Span::secs(30));
        assert!(axis.from <= at(40) && at(40) <= axis.to);
    }

    proptest! {
        #[test]
        fn the_cursor_is_always_in_sight(reach in 0u64..1 << 43, part in 0u64..=1000, zoom: u8) {
            let now = Time(reach / 1000 * part);
            let axis = Axis::new(Time(reach), now, zoom);
            prop_assert!(axis.from <= now && now <= axis.to, "{axis:?}");
            prop_assert!(axis.ticks().count() <= 9);
        }
    }
}
