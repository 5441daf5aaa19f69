//! The consuming application: a thread that polls, works on what it got, commits, and polls again
//! (KafkaConsumer.poll, commitSync, close).

use std::collections::VecDeque;
use std::sync::Arc;

use super::consumer::Consumer;
use super::offsets::Purpose;
use crate::sim::effect::Ctx;
use crate::sim::event::Event;
use crate::sim::id::{Offset, Partition, RecordId};
use crate::sim::time::{Span, Time};
use crate::sim::wire::{ErrorCode, RecordBatch};

/// `close()` waits that long (ConsumerUtils.DEFAULT_CLOSE_TIMEOUT_MS).
const CLOSE_TIMEOUT: Span = Span::secs(30);

/// Records of one batch that the application got from one `poll()` and has not finished.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Portion {
    pub partition: Partition,
    pub batch: Arc<RecordBatch>,
    /// The record being worked on.
    pub next: Offset,
    /// The offset after the last one.
    pub end: Offset,
}

impl Portion {
    /// The record being worked on, as the application that made it called it.
    pub fn record(&self) -> Option<RecordId> {
        let index = usize::try_from(self.next - self.batch.base_offset).ok()?;
        self.batch.records.get(index)?.id
    }
}

/// What the application's thread does.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Work {
    /// It is in `poll()`.
    Polling,
    /// It works on the first record of the first portion since `since`.
    Processing { portions: VecDeque<Portion>, since: Time },
    /// It is in `commitSync()`, with these next offsets to read.
    Committing { offsets: Arc<[(Partition, Offset)]>, attempts: u32, retry_at: Time },
}

/// `close()` on its way.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Closing {
    deadline: Time,
    committed: bool,
    leaving: bool,
}

/// The application's thread.
// Simplified: max.poll.records are worked on one after another, and offsets are committed after
// all of them (or by auto-commit); applications with threads of their own are not modelled.
#[derive(Clone, Debug)]
pub(super) struct Application {
    pub work: Work,
    pub last_poll: Time,
    /// The next auto-commit.
    pub next_commit: Time,
    pub closing: Option<Closing>,
    /// LeaveGroup was answered, or its connection ended.
    pub left: bool,
    /// A commit of this application's own is under way.
    pub commit_in_flight: bool,
    pub has_exited: bool,
}

impl Application {
    pub fn new() -> Application {
        Application {
            work: Work::Polling,
            last_poll: Time::ZERO,
            next_commit: Time::NEVER,
            closing: None,
            left: false,
            commit_in_flight: false,
            has_exited: false,
        }
    }

    pub fn is_polling(&self) -> bool {
        self.work == Work::Polling
    }
}

impl Consumer {
    /// `close()`: the application finishes the records it holds, commits, leaves the group and
    /// ends.
    pub(in crate::sim) fn on_close(&mut self, ctx: &mut Ctx<'_>) {
        self.begin_close(ctx);
        self.turn(ctx);
    }

    /// What `on_close` does, and an exception from `poll()` that the application does not catch.
    pub(super) fn begin_close(&mut self, ctx: &mut Ctx<'_>) {
        let deadline = ctx.now + CLOSE_TIMEOUT;
        let closing = Closing { deadline, committed: false, leaving: false };
        self.application.closing.get_or_insert(closing);
    }

    /// Lets the application's thread do what it can; true when it may do more at once.
    pub(super) fn application_goes_on(&mut self, ctx: &mut Ctx<'_>) -> bool {
        if let Some(closing) = self.application.closing
            && closing.deadline > ctx.now
        {
            self.later.group = self.later.group.min(closing.deadline);
        }
        match &self.application.work {
            Work::Processing { .. } => false,
            Work::Committing { .. } => self.commit_goes_on(ctx),
            Work::Polling if self.application.closing.is_some() => self.close_goes_on(ctx),
            Work::Polling => self.poll(ctx),
        }
    }

    /// One round of KafkaConsumer.poll; true when the application got records and is done with
    /// them already.
    fn poll(&mut self, ctx: &mut Ctx<'_>) -> bool {
        let active = self.coordinate(ctx);
        if self.application.closing.is_some() {
            return true; // An exception nobody catches.
        }
        if active {
            self.maybe_auto_commit(ctx);
            self.update_positions(ctx);
        }
        let portions = self.collect(ctx);
        if portions.is_empty() && active {
            // A position may just have turned out to be out of range.
            self.update_positions(ctx);
        }
        // Even before the application gets to see the records, so that the next ones travel while
        // it works.
        self.send_fetches(ctx);
        if portions.is_empty() {
            return false;
        }
        let records = portions.iter().map(|portion| (portion.end - portion.next) as u32).sum();
        ctx.tell(Event::Polled { records });
        self.application.last_poll = ctx.now;
        self.application.work = Work::Processing { portions, since: ctx.now };
        !self.takes_time(ctx) && self.work_on(ctx)
    }

    /// Whether the application works on the record it has begun; then an alarm ends it.
    fn takes_time(&mut self, ctx: &mut Ctx<'_>) -> bool {
        if self.processing == Span::ZERO {
            return false;
        }
        self.alarms.processed.set(ctx, ctx.now + self.processing);
        true
    }

    /// The application is done with the record it had begun, and goes on with the others. True
    /// when it has finished them all.
    pub(super) fn work_on(&mut self, ctx: &mut Ctx<'_>) -> bool {
        loop {
            if self.finish_record(ctx) {
                return true;
            }
            if self.takes_time(ctx) {
                return false;
            }
        }
    }

    /// The application is done with a record; true when it was the last one it held.
    fn finish_record(&mut self, ctx: &mut Ctx<'_>) -> bool {
        let Work::Processing { portions, since } = &mut self.application.work else { return true };
        if let Some(portion) = portions.front_mut() {
            ctx.tell(Event::Processed {
                group: self.group.clone(),
                partition: portion.partition,
                offset: portion.next,
                record: portion.record(),
            });
            portion.next += 1;
            if portion.next >= portion.end {
                portions.pop_front();
            }
        }
        if !portions.is_empty() {
            *since = ctx.now;
            return false;
        }
        self.application.work = if self.auto_commits() {
            Work::Polling
        } else {
            Work::Committing { offsets: self.consumed(), attempts: 0, retry_at: ctx.now }
        };
        true
    }

    /// ConsumerCoordinator.commitOffsetsSync, one attempt after another.
    fn commit_goes_on(&mut self, ctx: &mut Ctx<'_>) -> bool {
        let Work::Committing { offsets, retry_at, .. } = &self.application.work else {
            return true;
        };
        let (offsets, retry_at) = (Arc::clone(offsets), *retry_at);
        let late = self.application.closing.filter(|closing| closing.deadline <= ctx.now);
        if offsets.is_empty() || late.is_some() {
            self.application.work = Work::Polling;
            return true;
        }
        if self.application.commit_in_flight || !self.group_may(ctx, retry_at) {
            return false;
        }
        if self.coordinator(ctx).is_none() {
            return false;
        }
        match self.send_commit(ctx, &offsets, Purpose::Sync) {
            Ok(()) => {
                self.application.commit_in_flight = true;
                false
            }
            Err(error) => {
                // CommitFailedException: the application goes on and lets `poll()` rejoin.
                ctx.tell(Event::CommitFailed { group: self.group.clone(), error });
                self.application.work = Work::Polling;
                true
            }
        }
    }

    /// The coordinator answered a `commitSync()`, or will not.
    pub(super) fn commit_answered(&mut self, ctx: &mut Ctx<'_>, error: ErrorCode) {
        self.application.commit_in_flight = false;
        let Work::Committing { attempts, .. } = &self.application.work else { return };
        let tried = *attempts;
        if error == ErrorCode::None || !error.retriable() {
            self.application.work = Work::Polling;
            return;
        }
        let pause = self.backoff(ctx, tried);
        if let Work::Committing { attempts, retry_at, .. } = &mut self.application.work {
            *attempts += 1;
            *retry_at = ctx.now + pause;
        }
    }

    /// KafkaConsumer.close, after the application is done with what it held.
    fn close_goes_on(&mut self, ctx: &mut Ctx<'_>) -> bool {
        let Some(mut closing) = self.application.closing else { return false };
        if !closing.committed {
            closing.committed = true;
            self.application.closing = Some(closing);
            if self.auto_commits() {
                let offsets = self.consumed();
                self.application.work =
                    Work::Committing { offsets, attempts: 0, retry_at: ctx.now };
            }
            return true;
        }
        if !closing.leaving {
            closing.leaving = true;
            self.application.closing = Some(closing);
            self.give_up_for_good(ctx);
            self.application.left = !self.leave_group(ctx);
        }
        if self.application.left || closing.deadline <= ctx.now {
            self.application.has_exited = true;
            ctx.exit();
        }
        false
    }
}
