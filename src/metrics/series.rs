//! Numbers over virtual time, in buckets of 100 ms.

use std::collections::VecDeque;

use crate::sim::{Span, Time};

/// The length of a bucket.
pub const BUCKET: Span = Span::ms(100);

/// How many buckets are kept: a minute. Rates look back for seconds.
const KEPT: usize = 600;

/// How many there were of something, bucket by bucket.
#[derive(Clone, Debug, Default)]
pub struct Series {
    /// Oldest first; the last one is that of the latest event.
    buckets: VecDeque<u32>,
    /// Number of the first kept bucket since the beginning of time.
    first: u64,
}

impl Series {
    /// Counts `n` more at `at`. Times never go back.
    pub fn add(&mut self, at: Time, n: u32) {
        let number = at.0 / BUCKET.0;
        let next = self.first + self.buckets.len() as u64;
        let missing = (number + 1).saturating_sub(next);
        if missing >= KEPT as u64 {
            // A long silence: nothing of what was kept is still in reach.
            self.buckets.clear();
            self.buckets.resize(KEPT, 0);
            self.first = number + 1 - KEPT as u64;
        } else {
            for _ in 0..missing {
                if self.buckets.len() == KEPT {
                    self.buckets.pop_front();
                    self.first += 1;
                }
                self.buckets.push_back(0);
            }
        }
        if let Some(bucket) = self.buckets.back_mut() {
            *bucket = bucket.saturating_add(n);
        }
    }

    /// The count of the bucket that holds `at`; nothing is kept for ever.
    pub fn at(&self, at: Time) -> u32 {
        let number = at.0 / BUCKET.0;
        number
            .checked_sub(self.first)
            .and_then(|index| self.buckets.get(usize::try_from(index).ok()?))
            .copied()
            .unwrap_or(0)
    }

    /// How many in the `span` before `now`, whole buckets, the one of `now` included.
    pub fn sum(&self, now: Time, span: Span) -> u64 {
        self.recent(now, span).map(u64::from).sum()
    }

    /// The buckets of the `span` before `now`, oldest first, the one of `now` last.
    pub fn recent(&self, now: Time, span: Span) -> impl Iterator<Item = u32> + '_ {
        let last = now.0 / BUCKET.0;
        let count = (span.0 / BUCKET.0).max(1);
        let from = (last + 1).saturating_sub(count);
        (from..=last).map(|number| self.at(Time(number * BUCKET.0)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_fall_into_their_buckets_and_silence_is_zero() {
        let mut series = Series::default();
        series.add(Time(50_000), 2);
        series.add(Time(99_999), 1);
        series.add(Time(450_000), 5);
        assert_eq!(series.at(Time(0)), 3);
        let recent: Vec<u32> = series.recent(Time(620_000), Span::ms(600)).collect();
        assert_eq!(recent, [0, 0, 0, 5, 0, 0]);
        assert_eq!(series.sum(Time(450_000), Span::secs(1)), 8);
    }

    #[test]
    fn memory_is_bounded_and_the_oldest_goes() {
        let mut series = Series::default();
        for minute in 0..30 {
            series.add(Time(minute * 60_000_000), 1);
        }
        assert_eq!(series.buckets.len(), KEPT);
        assert_eq!(series.at(Time(15 * 60_000_000)), 0);
        assert_eq!(series.at(Time(29 * 60_000_000)), 1);
        series.add(Time(90 * 60_000_000), 4);
        assert_eq!((series.buckets.len(), series.at(Time(90 * 60_000_000))), (KEPT, 4));
        assert_eq!(series.at(Time(29 * 60_000_000)), 0);
    }
}
