//! How far groups are behind in each partition, second by second, and where that leads.

use std::collections::VecDeque;

use crate::sim::id::{Name, Offset};
use crate::sim::ordered::Map;
use crate::sim::{Event, Partition, Span, Stamped, Time};

/// How far apart two values are.
pub const STEP: Span = Span::secs(1);

/// How many values are kept: two minutes.
const KEPT: usize = 120;

/// Over how much time a pace is taken: two rounds of `auto.commit.interval.ms` at its default.
pub const PACE: Span = Span::secs(10);

/// A number that changes, as it was at the end of each [`STEP`].
#[derive(Clone, Debug, Default)]
struct Trace {
    /// Oldest first.
    values: VecDeque<i64>,
    /// The number of the last of them since the beginning of time.
    last: u64,
}

impl Trace {
    fn set(&mut self, now: Time, value: i64) {
        let number = now.0 / STEP.0;
        let before = self.values.back().copied();
        if before.is_none() {
            self.values.push_back(value);
        }
        // Nothing that lies further back is still in reach.
        let missing = number.saturating_sub(self.last).min(KEPT as u64);
        for _ in 0..before.map_or(0, |_| missing) {
            self.values.push_back(before.unwrap_or(value));
        }
        while self.values.len() > KEPT {
            self.values.pop_front();
        }
        self.last = number;
        if let Some(last) = self.values.back_mut() {
            *last = value;
        }
    }

    fn add(&mut self, now: Time, more: i64) {
        let before = self.values.back().copied().unwrap_or(0);
        self.set(now, before + more);
    }

    /// What it was at `at`; none before the first value that is kept.
    fn at(&self, at: Time) -> Option<i64> {
        let back = self.last.saturating_sub(at.0 / STEP.0);
        let index = (self.values.len() as u64).checked_sub(back + 1)?;
        self.values.get(usize::try_from(index).ok()?).copied()
    }
}

/// What is behind, and how that changes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Outlook {
    /// Nothing is behind.
    Clear,
    /// Nothing came in and nothing was read lately.
    Still,
    /// It neither grows nor shrinks by much.
    Level,
    /// At this pace it is gone after so long.
    Clears(Span),
    /// It grows by so many records a second, in thousandths.
    Grows(u64),
}

/// Marks that move: high watermarks, commits, what was processed.
#[derive(Clone, Debug, Default)]
pub struct Backlogs {
    /// The leader's high watermark.
    high: Map<Partition, Trace>,
    /// What the group has committed.
    committed: Map<(Name, Partition), Trace>,
    /// How many records its applications have processed.
    processed: Map<(Name, Partition), Trace>,
}

impl Backlogs {
    /// The lag (high watermark without committed offset) at the end of each second of `window`
    /// before `now`, oldest first, the present second last; none where it is not known.
    pub fn lags(
        &self,
        group: &Name,
        partition: Partition,
        now: Time,
        window: Span,
    ) -> Vec<Option<u64>> {
        let key = (group.clone(), partition);
        let (high, committed) = (self.high.get(&partition), self.committed.get(&key));
        let steps = window.0 / STEP.0;
        let seconds = (0..=steps).rev().map(|back| now.0.checked_sub(back * STEP.0));
        seconds
            .map(|at| {
                let at = Time(at?);
                let behind = high?.at(at)? - committed?.at(at)?;
                Some(u64::try_from(behind).unwrap_or(0))
            })
            .collect()
    }

    /// How many records a second came in and were processed lately, in thousandths.
    pub fn paces(&self, group: &Name, partition: Partition, now: Time) -> (u64, u64) {
        let key = (group.clone(), partition);
        (pace(self.high.get(&partition), now), pace(self.processed.get(&key), now))
    }

    /// Where a lag of `records` leads if it all goes on as in the last [`PACE`].
    pub fn outlook(&self, group: &Name, partition: Partition, now: Time, records: u64) -> Outlook {
        let (comes, goes) = self.paces(group, partition, now);
        outlook(records, comes, goes)
    }

    /// Takes one event into account. Events come in the order in which they happened.
    pub(super) fn fold(&mut self, stamped: &Stamped) {
        let now = stamped.at;
        match &stamped.event {
            Event::HighWatermarkMoved { partition, to, as_leader: true, .. } => {
                self.high.entry(*partition).or_default().set(now, *to);
            }
            // Its log may be shorter than what was high water before it.
            Event::BecameLeader { partition, log_end, .. } => {
                if let Some(high) = self.high.get_mut(partition) {
                    let least = high.values.back().map_or(*log_end, |high| *log_end.min(high));
                    high.set(now, least);
                }
            }
            Event::Committed { group, offsets } => {
                for (partition, offset) in offsets.iter() {
                    self.commit(now, group, *partition, *offset);
                }
            }
            Event::Processed { group, partition, .. } => {
                let key = (group.clone(), *partition);
                self.processed.entry(key).or_default().add(now, 1);
            }
            _ => {}
        }
    }

    fn commit(&mut self, now: Time, group: &Name, partition: Partition, offset: Offset) {
        let key = (group.clone(), partition);
        self.committed.entry(key).or_default().set(now, offset);
    }
}

/// By how much it grew per second over the last [`PACE`], in thousandths. Whole seconds count, not
/// the one that has just begun.
fn pace(trace: Option<&Trace>, now: Time) -> u64 {
    let Some(trace) = trace else { return 0 };
    let until = Time(now.0.saturating_sub(STEP.0));
    let from = Time(until.0.saturating_sub(PACE.0));
    let first = || trace.values.front().copied();
    let (Some(then), Some(here)) = (trace.at(from).or_else(first), trace.at(until)) else {
        return 0;
    };
    let seconds = until.since(from).0 / STEP.0;
    u64::try_from(here - then).unwrap_or(0) * 1000 / seconds.max(1)
}

fn outlook(records: u64, comes: u64, goes: u64) -> Outlook {
    let apart = comes.abs_diff(goes);
    // Commits and batches come in steps: less than a twentieth is not a trend.
    let level = apart * 20 <= comes.max(goes);
    match () {
        () if records == 0 && comes <= goes => Outlook::Clear,
        () if comes == 0 && goes == 0 => Outlook::Still,
        () if level => Outlook::Level,
        () if comes > goes => Outlook::Grows(apart),
        () => Outlook::Clears(Span::us(records.saturating_mul(1_000_000_000) / apart)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: u64) -> Time {
        Time(seconds * 1_000_000)
    }

    #[test]
    fn a_trace_keeps_its_value_through_silence() {
        let mut trace = Trace::default();
        trace.set(at(3), 5);
        trace.set(at(6), 9);
        trace.set(at(6), 10);
        let values: Vec<_> = (2..9).map(|second| trace.at(at(second))).collect();
        let five = Some(5);
        assert_eq!(values, [None, five, five, five, Some(10), Some(10), Some(10)]);
        trace.set(at(1_000), 11);
        assert_eq!((trace.values.len(), trace.at(at(999))), (KEPT, Some(10)));
        assert_eq!(trace.at(at(1_000 - KEPT as u64)), None);
    }

    #[test]
    fn an_outlook_follows_the_paces() {
        assert_eq!(outlook(0, 5_000, 5_000), Outlook::Clear);
        assert_eq!(outlook(0, 5_000, 2_000), Outlook::Grows(3_000));
        assert_eq!(outlook(40, 0, 0), Outlook::Still);
        assert_eq!(outlook(40, 20_000, 19_500), Outlook::Level);
        assert_eq!(outlook(40, 2_000, 6_000), Outlook::Clears(Span::secs(10)));
        assert_eq!(outlook(40, 6_000, 0), Outlook::Grows(6_000));
    }
}
