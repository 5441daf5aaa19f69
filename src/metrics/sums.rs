//! How many records fared how, producer by producer.

/// How many records of each kind there are. A record may be of several kinds.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Sums {
    /// Applications handed over.
    pub produced: u64,
    /// Applications were told that all is well.
    pub acked: u64,
    /// Applications were told that it failed.
    pub failed: u64,
    /// See [`super::ledger::Entry::is_aborted`].
    pub aborted: u64,
    /// See [`super::ledger::Entry::is_in_doubt`].
    pub in_doubt: u64,
    /// See [`super::ledger::Entry::is_lost`].
    pub lost: u64,
    /// See [`super::ledger::Entry::is_duplicated`].
    pub duplicated: u64,
    /// See [`super::ledger::Entry::is_reordered`].
    pub reordered: u64,
    /// Times that a record was processed, repetitions included.
    pub consumed: u64,
}

impl Sums {
    /// One account's part is another from now on.
    pub(super) fn replace(&mut self, before: Sums, after: Sums) {
        let replace = |sum: &mut u64, before: u64, after: u64| *sum = *sum + after - before;
        replace(&mut self.produced, before.produced, after.produced);
        replace(&mut self.acked, before.acked, after.acked);
        replace(&mut self.failed, before.failed, after.failed);
        replace(&mut self.aborted, before.aborted, after.aborted);
        replace(&mut self.in_doubt, before.in_doubt, after.in_doubt);
        replace(&mut self.lost, before.lost, after.lost);
        replace(&mut self.duplicated, before.duplicated, after.duplicated);
        replace(&mut self.reordered, before.reordered, after.reordered);
        replace(&mut self.consumed, before.consumed, after.consumed);
    }
}
