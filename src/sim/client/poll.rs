//! The consuming application: a thread that polls, works on what it got, commits, and polls again
//! (KafkaConsumer.poll, commitSync, close). How it works on records is in `handler`.

use std::collections::VecDeque;
use std::sync::Arc;

use super::consumer::Consumer;
use super::offsets::Purpose;
use crate::sim::effect::Ctx;
use crate::sim::event::Event;
use crate::sim::handling::{CommitMode, PollMode};
use crate::sim::id::{Key, Offset, Partition, RecordId};
use crate::sim::mutant::{Mutant, breaks};
use crate::sim::time::{Span, Time};
use crate::sim::wire::{ErrorCode, Origin, Record, RecordBatch, Value};

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
        self.at_work()?.id
    }

    /// What a processor has to know of it.
    pub(super) fn done(&self) -> Option<Done> {
        let record = self.at_work()?;
        let from = Origin { partition: self.partition, offset: self.next, record: record.id };
        Some(Done { key: record.key, is_null: record.value == Value::Null, from })
    }

    fn at_work(&self) -> Option<&Record> {
        self.batch.at(self.next)
    }

    /// Whether handling it throws.
    pub(super) fn is_poison(&self) -> bool {
        self.at_work().is_some_and(|record| matches!(record.value, Value::Poison(_)))
    }
}

/// A record that was worked on.
#[derive(Clone, Copy, Debug)]
pub(super) struct Done {
    pub key: Option<Key>,
    pub is_null: bool,
    /// Which it was.
    pub from: Origin,
}

/// What the application's thread does.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Work {
    /// It is in `poll()`.
    Polling,
    /// It is outside of `poll()` and waits: until it is told to poll, or for room in the queue of
    /// its handler.
    Waiting,
    /// It works on the first record of the first portion since `since`.
    Processing { portions: VecDeque<Portion>, since: Time },
    /// It is in `commitSync()`, with these next offsets to read; then it works on the rest.
    Committing {
        offsets: Arc<[(Partition, Offset)]>,
        attempts: u32,
        retry_at: Time,
        rest: VecDeque<Portion>,
    },
}

/// `close()` on its way.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Closing {
    deadline: Time,
    committed: bool,
    leaving: bool,
}

/// The application's thread.
// Simplified: records are worked on one after another; a handler with several threads is not
// modelled.
#[derive(Clone, Debug)]
pub(super) struct Application {
    pub work: Work,
    pub last_poll: Time,
    /// `poll()` returns then, with or without records.
    pub poll_until: Time,
    /// What another thread works on, the first one being begun.
    pub handed: VecDeque<Portion>,
    /// The record at work threw and is tried again.
    pub retrying: bool,
    /// Its process is up: what a person changes of one that is down makes it do nothing.
    pub running: bool,
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
    pub fn new(poll: PollMode) -> Application {
        let told = poll == PollMode::OnCommand;
        Application {
            work: if told { Work::Waiting } else { Work::Polling },
            last_poll: Time::ZERO,
            poll_until: Time::NEVER,
            handed: VecDeque::new(),
            retrying: false,
            running: false,
            next_commit: Time::NEVER,
            closing: None,
            left: false,
            commit_in_flight: false,
            has_exited: false,
        }
    }

    pub fn is_polling(&self) -> bool {
        matches!(self.work, Work::Polling)
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
            Work::Polling | Work::Waiting if self.application.closing.is_some() => {
                self.close_goes_on(ctx)
            }
            Work::Waiting => false,
            Work::Polling => self.poll(ctx),
        }
    }

    /// One round of KafkaConsumer.poll; true when the application got records and is done with
    /// them already.
    fn poll(&mut self, ctx: &mut Ctx<'_>) -> bool {
        if self.is_share() {
            return ctx.extension.is_some_and(|it| (it.client.share_poll)(self, ctx));
        }
        let active = self.coordinate(ctx);
        if self.application.closing.is_some() {
            return true; // An exception nobody catches.
        }
        if active {
            if !breaks(Mutant::CommitsTooEarly) {
                self.maybe_auto_commit(ctx);
            }
            self.update_positions(ctx);
        }
        let portions = self.collect(ctx);
        if breaks(Mutant::CommitsTooEarly) {
            self.maybe_auto_commit(ctx);
        }
        if portions.is_empty() && active {
            // A position may just have turned out to be out of range.
            self.update_positions(ctx);
        }
        // Even before the application gets to see the records, so that the next ones travel while
        // it works.
        self.send_fetches(ctx);
        if portions.is_empty() {
            // True if it threw after all.
            return self.application.closing.is_some() || self.poll_times_out(ctx);
        }
        let records = portions.iter().map(|portion| (portion.end - portion.next) as u32).sum();
        ctx.tell(Event::Polled { records });
        self.application.last_poll = ctx.now;
        if self.handling.commit == CommitMode::SyncBefore && !self.auto_commits() {
            self.application.work = self.committing(ctx, self.consumed(), portions);
            return true;
        }
        self.handle(ctx, portions)
    }

    /// poll(timeout) returns with nothing; never true, for then the application waits.
    pub(super) fn poll_times_out(&mut self, ctx: &mut Ctx<'_>) -> bool {
        if self.application.poll_until <= ctx.now {
            ctx.tell(Event::Polled { records: 0 });
            self.application.last_poll = ctx.now;
            self.application.work = self.next_work();
        }
        false
    }

    /// ConsumerCoordinator.commitOffsetsSync, one attempt after another.
    fn commit_goes_on(&mut self, ctx: &mut Ctx<'_>) -> bool {
        if self.is_share() {
            return ctx.extension.is_some_and(|it| (it.client.share_commit)(self, ctx));
        }
        let Work::Committing { offsets, retry_at, .. } = &self.application.work else {
            return true;
        };
        let (offsets, retry_at) = (Arc::clone(offsets), *retry_at);
        let late = self.close_is_late(ctx.now);
        if offsets.is_empty() || late {
            return self.commit_over(ctx, !late);
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
                // CommitFailedException: the application drops what it holds and lets `poll()`
                // rejoin.
                ctx.tell(Event::CommitFailed { group: self.group.clone(), error });
                self.commit_over(ctx, false)
            }
        }
    }

    /// Whether `close()` has taken as long as it may.
    pub(super) fn close_is_late(&self, now: Time) -> bool {
        self.application.closing.is_some_and(|closing| closing.deadline <= now)
    }

    /// Whether the commit under way is the last of all.
    pub(super) fn closes_sessions(&self) -> bool {
        self.application.closing.is_some_and(|closing| closing.committed)
    }

    /// commitSync() returned, or threw.
    pub(super) fn commit_over(&mut self, ctx: &mut Ctx<'_>, well: bool) -> bool {
        let next = self.next_work();
        match std::mem::replace(&mut self.application.work, next) {
            Work::Committing { rest, .. } if well && !rest.is_empty() => self.handle(ctx, rest),
            _ => true,
        }
    }

    /// The coordinator answered a `commitSync()`, or will not.
    pub(super) fn commit_answered(&mut self, ctx: &mut Ctx<'_>, error: ErrorCode) {
        self.application.commit_in_flight = false;
        let Work::Committing { attempts, .. } = &self.application.work else { return };
        let tried = *attempts;
        if error == ErrorCode::None || !error.retriable() {
            self.commit_over(ctx, error == ErrorCode::None);
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
            if self.auto_commits() || self.is_share() {
                let offsets = self.consumed();
                self.commit_sync(ctx, offsets);
            }
            return true;
        }
        if !closing.leaving {
            closing.leaving = true;
            self.application.closing = Some(closing);
            self.give_up_for_good(ctx);
            self.application.left = !self.leave_group(ctx);
        }
        // What another thread still works on is waited for.
        let done = self.application.left && self.application.handed.is_empty();
        if done || closing.deadline <= ctx.now {
            self.application.has_exited = true;
            ctx.exit();
        }
        false
    }
}
