//! The application's handler: it works on records one after another, on the thread that polls or
//! on one of its own, and may throw.

use std::collections::VecDeque;
use std::sync::Arc;

use super::consumer::Consumer;
use super::offsets::Purpose;
use super::poll::{Portion, Work};
use crate::sim::effect::Ctx;
use crate::sim::event::Event;
use crate::sim::handling::{CommitMode, Handler, OnError, PollMode};
use crate::sim::id::{Offset, Partition};
use crate::sim::time::Span;
use crate::sim::wire::{AcknowledgeType, ErrorCode};

/// With so many records in the queue of a handler with a thread of its own, the thread that polls
/// waits until there is room. What one `poll()` returned is never divided.
const QUEUE: Offset = 500;

/// A handler that tries a record again sleeps that long first; a common backoff.
const RETRY_PAUSE: Span = Span::secs(1);

/// What became of a record.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Done,
    /// It threw, and tries again.
    Again,
    /// It threw, and the process is gone.
    Died,
}

impl Consumer {
    /// The application starts to work on records; true when it may do more at once.
    pub(super) fn handle(&mut self, ctx: &mut Ctx<'_>, portions: VecDeque<Portion>) -> bool {
        let busy = !self.application.handed.is_empty();
        if self.group.is_empty() {
            // Whoever gave it its partitions takes what it read (StoreChangelogReader).
            self.application.handed.extend(portions);
            self.application.work = Work::Waiting;
            return false;
        }
        if busy || self.handling.handler == Handler::Async {
            self.application.handed.extend(portions);
            self.finished(ctx);
            if !busy && !self.begins_handed(ctx) {
                self.work_on_handed(ctx);
            }
            return !self.application.has_exited;
        }
        let first = portions.front().map(|portion| portion.partition);
        self.application.work = Work::Processing { portions, since: ctx.now };
        !self.takes_time(ctx, first) && self.work_on(ctx)
    }

    /// The application is done with the record it had begun, and goes on with the others. True
    /// when it has finished them all, or commits.
    pub(super) fn work_on(&mut self, ctx: &mut Ctx<'_>) -> bool {
        loop {
            let Work::Processing { portions, .. } = &mut self.application.work else { return true };
            let mut portions = std::mem::take(portions);
            let begun = portions.front().map(|portion| (portion.partition, portion.next + 1));
            let outcome = self.finish_record(ctx, &mut portions);
            if outcome == Outcome::Died {
                return false;
            }
            let each = self.handling.commit == CommitMode::SyncPerRecord && !self.auto_commits();
            if each && outcome == Outcome::Done {
                let offsets = begun.into_iter().collect();
                self.application.work = self.committing(ctx, offsets, portions);
                return true;
            }
            let Some(next) = portions.front().map(|portion| portion.partition) else {
                self.finished(ctx);
                return true;
            };
            self.application.work = Work::Processing { portions, since: ctx.now };
            if self.takes_time(ctx, Some(next)) {
                return false;
            }
        }
    }

    /// The same for a thread of the handler's own.
    pub(super) fn work_on_handed(&mut self, ctx: &mut Ctx<'_>) {
        loop {
            let mut handed = std::mem::take(&mut self.application.handed);
            let outcome = self.finish_record(ctx, &mut handed);
            self.application.handed = handed;
            if outcome == Outcome::Died {
                return;
            }
            if self.application.handed.is_empty() || self.begins_handed(ctx) {
                break;
            }
        }
        if matches!(self.application.work, Work::Waiting) {
            self.application.work = self.next_work();
        }
    }

    fn begins_handed(&mut self, ctx: &mut Ctx<'_>) -> bool {
        let first = self.application.handed.front().map(|portion| portion.partition);
        self.takes_time(ctx, first)
    }

    /// Whether a record of this partition takes time; then an alarm ends it.
    fn takes_time(&mut self, ctx: &mut Ctx<'_>, partition: Option<Partition>) -> bool {
        let slow = self.slow_partitions.iter().find(|(slow, _)| Some(*slow) == partition);
        let usual = slow.map_or(self.processing, |(_, time)| *time);
        let pause = if self.application.retrying { RETRY_PAUSE } else { Span::ZERO };
        let time = pause + self.slow_record.take().unwrap_or(usual);
        self.application.retrying = false;
        if time > Span::ZERO {
            self.alarms.processed.set(ctx, ctx.now + time);
        }
        time > Span::ZERO
    }

    /// The record that was begun is done, or it throws.
    fn finish_record(&mut self, ctx: &mut Ctx<'_>, portions: &mut VecDeque<Portion>) -> Outcome {
        let Some(portion) = portions.front_mut() else { return Outcome::Done };
        let (group, partition) = (self.group.clone(), portion.partition);
        let (offset, record) = (portion.next, portion.record());
        let explicit = self.acknowledges_explicitly();
        let mut said = AcknowledgeType::Accept;
        if portion.is_poison() {
            ctx.tell(Event::HandlingFailed { group, partition, offset, record });
            match self.handling.on_error {
                OnError::Skip => said = AcknowledgeType::Reject,
                OnError::Retry if explicit => said = AcknowledgeType::Release,
                OnError::Retry => {
                    self.application.retrying = true;
                    return Outcome::Again;
                }
                OnError::Die => {
                    self.application.has_exited = true;
                    ctx.halt();
                    return Outcome::Died;
                }
            }
        } else {
            ctx.tell(Event::Processed { group, partition, offset, record });
            if let Some(done) = &mut self.done {
                done.extend(portion.done());
            }
        }
        if explicit {
            self.share.said.push((partition, offset, said));
        }
        portion.next += 1;
        if portion.next >= portion.end {
            portions.pop_front();
        }
        Outcome::Done
    }

    /// All records of a `poll()` are done, or handed over.
    fn finished(&mut self, ctx: &mut Ctx<'_>) {
        self.application.work = self.next_work();
        if self.auto_commits() {
            return;
        }
        match self.handling.commit {
            CommitMode::Sync => self.commit_sync(ctx, self.consumed()),
            // Only the thread that polls may use a consumer.
            CommitMode::SyncPerRecord if self.handling.handler == Handler::Async => {
                self.commit_sync(ctx, self.consumed());
            }
            CommitMode::Async => self.commit_async(ctx),
            CommitMode::SyncPerRecord | CommitMode::SyncBefore | CommitMode::None => {}
        }
    }

    /// KafkaConsumer.commitAsync: nobody waits for the answer, and nothing is tried again.
    // Simplified: while the coordinator is not known it fails at once; Kafka's consumer first looks
    // for it once.
    fn commit_async(&mut self, ctx: &mut Ctx<'_>) {
        if self.is_share() {
            let explicit = self.acknowledges_explicitly();
            return self.share.commit(explicit);
        }
        let offsets = self.consumed();
        if offsets.is_empty() {
            return;
        }
        let sent = match self.coordinator(ctx) {
            Some(_) => self.send_commit(ctx, &offsets, Purpose::Async),
            None => Err(ErrorCode::CoordinatorNotAvailable),
        };
        if let Err(error) = sent {
            ctx.tell(Event::CommitFailed { group: self.group.clone(), error });
        }
    }

    /// commitSync() begins; then the application polls again.
    pub(super) fn commit_sync(&mut self, ctx: &Ctx<'_>, offsets: Arc<[(Partition, Offset)]>) {
        self.application.work = self.committing(ctx, offsets, VecDeque::new());
    }

    pub(super) fn committing(
        &self,
        ctx: &Ctx<'_>,
        offsets: Arc<[(Partition, Offset)]>,
        rest: VecDeque<Portion>,
    ) -> Work {
        Work::Committing { offsets, attempts: 0, retry_at: ctx.now, rest }
    }

    /// What the thread does that is done with what it got.
    pub(super) fn next_work(&self) -> Work {
        let waits = self.handed().map(|portion| portion.end - portion.next).sum::<Offset>();
        if self.handling.poll == PollMode::OnCommand || waits >= QUEUE {
            Work::Waiting
        } else {
            Work::Polling
        }
    }
}
