//! What a consuming application is told to do out of its usual order: poll, commit, seek, pause.

use super::consumer::Consumer;
use super::offsets::{Phase, Reset};
use super::poll::Work;
use crate::sim::effect::Ctx;
use crate::sim::event::Event;
use crate::sim::handling::{Act, PollMode, SeekTo};
use crate::sim::id::{Offset, Partition};
use crate::sim::time::{Span, Time};

impl Consumer {
    /// Does what was checked already; `partition` is the one that it is about.
    pub(super) fn act(&mut self, ctx: &mut Ctx<'_>, act: &Act, partition: Option<Partition>) {
        match (act, partition) {
            (Act::Poll(timeout), _) => {
                self.application.work = Work::Polling;
                self.application.poll_until = ctx.now + *timeout;
            }
            (Act::Commit, _) => self.commit_sync(ctx, self.consumed()),
            (Act::Seek { to, .. }, Some(partition)) => self.seek(ctx, partition, *to),
            (Act::Pause { .. }, Some(partition)) => self.set_paused(partition, true),
            (Act::Resume { .. }, Some(partition)) => self.set_paused(partition, false),
            (Act::SlowRecord(time), _) => self.slow_record = Some(*time),
            (Act::SlowPartition { time, .. }, Some(partition)) => {
                self.slow_partitions.retain(|(slow, _)| *slow != partition);
                if *time > Span::ZERO {
                    self.slow_partitions.push((partition, *time));
                }
            }
            (Act::Handle(handling), _) => {
                self.handling = *handling;
                if handling.poll == PollMode::Loop {
                    self.application.poll_until = Time::NEVER;
                }
                if matches!(self.application.work, Work::Waiting) {
                    self.application.work = self.next_work();
                }
            }
            _ => {}
        }
    }

    /// KafkaConsumer.seek, seekToBeginning and seekToEnd. What is buffered from elsewhere is
    /// dropped when the next `poll()` looks at it.
    fn seek(&mut self, ctx: &mut Ctx<'_>, partition: Partition, to: SeekTo) {
        match to {
            SeekTo::Offset(offset) => self.seek_to_offset(ctx, partition, offset),
            SeekTo::Beginning => self.await_reset(ctx, partition, Reset::Earliest, true),
            SeekTo::End => self.await_reset(ctx, partition, Reset::Latest, true),
            // Simplified: the next poll() asks for the offset of a time; an application asks with
            // offsetsForTimes(), seeks, and finds what to do if there is none.
            SeekTo::Ago(time) => self.await_reset(ctx, partition, Reset::ByDuration(time), true),
        }
    }

    fn seek_to_offset(&mut self, ctx: &mut Ctx<'_>, partition: Partition, offset: Offset) {
        if let Some(reading) = self.readings.get_mut(&partition) {
            reading.phase = Phase::Fetching;
            reading.position = Some(offset);
            reading.retry_at = ctx.now;
            ctx.tell(Event::Sought { partition, offset });
        }
    }

    fn set_paused(&mut self, partition: Partition, paused: bool) {
        if let Some(reading) = self.readings.get_mut(&partition) {
            reading.paused = paused;
        }
    }
}
