//! What becomes of a replica's old records: its segments and what keeps each, what compaction has
//! done, which deleted files are still on the disk.

use super::figure::{Figure, SegmentRow};
use super::{Clerk, Mood, Part};
use crate::sim::broker::Broker;
use crate::sim::config::{RATIO, TopicConfig};
use crate::sim::event::Event;
use crate::sim::id::{BrokerId, Node, Offset, Partition};
use crate::sim::log::Log;
use crate::sim::log::cleaner::LogToClean;
use crate::sim::log::retention::{Lease, SegmentDeletion};
use crate::sim::log::segment::Segment;
use crate::sim::time::{Span, Time};
use crate::sim::world::World;

/// So many of the oldest segments are told one by one; of the others the active one is.
const OLDEST: usize = 8;

/// A replica's log beside what is asked of it.
struct Kept<'a> {
    log: &'a Log,
    config: &'a TopicConfig,
    now_ms: u64,
    to_clean: LogToClean,
}

impl Clerk<'_> {
    /// What becomes of the old records of a broker's copy.
    pub(super) fn log_life(self, partition: Partition, on: Option<BrokerId>) -> Option<Part> {
        let (words, world) = (self.words, self.world());
        let id = on?;
        let broker = world.brokers.get(&id)?;
        let log = broker.disk.logs.get(&partition)?;
        let config = &world.metadata().topics.get(&partition.topic)?.config;
        let now_ms = world.wall(Node::Broker(id)).as_millis();
        let to_clean = log.to_clean(now_ms, broker.high_watermark(partition), config);
        let kept = Kept { log, config, now_ms, to_clean };
        let mut part = Part::new(words.ui_segments_on(i64::from(id.0)));
        part.fact("cleanup.policy", policy(config));
        if config.compacts() {
            self.compaction(&mut part, &kept);
        }
        self.lately(&mut part, partition, id);
        if let Some((bytes, last)) = log.deleted_files(world.now) {
            part.fact(words.ui_fact_deleted_files(), self.files(bytes, last));
        }
        part.figure = Some(Figure::Segments(self.segments(&kept)));
        part.why = Some(match config.compacts() {
            true => words.ui_why_compaction(&self.ms(world.config.log_cleaner_backoff_ms)),
            false => words.ui_why_retention(
                &self.ms(world.config.log_retention_check_interval_ms),
                &self.ms(config.file_delete_delay_ms),
            ),
        });
        Some(part)
    }

    /// How much of it is dirty, and from where on.
    fn compaction(self, part: &mut Part, kept: &Kept) {
        let range = &kept.to_clean;
        part.fact(self.words.ui_fact_first_dirty(), range.first_dirty_offset.to_string());
        let total = range.clean_bytes + range.cleanable_bytes;
        let ratio = range.cleanable_bytes.saturating_mul(100).checked_div(total).unwrap_or(0);
        let minimum = kept.config.min_cleanable_dirty_ratio.unsigned_abs() * 100 / RATIO;
        let written = |hundredths: u64| self.words.decimal(hundredths.cast_signed(), 2);
        let value = self.words.ui_dirty_ratio(&written(ratio), &written(minimum));
        let mood = if range.is_worth_it(kept.config) { Mood::Doubt } else { Mood::Plain };
        part.fact(self.words.ui_fact_dirty_ratio(), value).mood(mood);
    }

    /// The last time that something was deleted or compacted here.
    fn lately(self, part: &mut Part, partition: Partition, id: BrokerId) {
        let words = self.words;
        let own = self.session.journal().notable().rev().map(|(_, stamped)| stamped);
        let mut own = own.filter(|it| it.node == Node::Broker(id));
        let (mut deleted, mut cleaned) = (None, None);
        for stamped in own.by_ref() {
            match &stamped.event {
                Event::SegmentsDeleted { partition: of, reason, segments, bytes, .. }
                    if *of == partition && deleted.is_none() =>
                {
                    let why = self.taken_by(*reason);
                    let bytes = words.bytes(*bytes);
                    let what = words.ui_segments_deleted(i64::from(*segments), &bytes, why);
                    deleted = Some([&what, " · ", &self.ago(stamped.at)].concat());
                }
                Event::CleanerRan { partition: of, stats, .. }
                    if *of == partition && cleaned.is_none() =>
                {
                    let what = words.ui_cleaned(
                        stats.messages_read.cast_signed(),
                        stats.messages_written.cast_signed(),
                        &words.bytes(stats.bytes_read),
                        &words.bytes(stats.bytes_written),
                    );
                    cleaned = Some([&what, " · ", &self.ago(stamped.at)].concat());
                }
                _ => {}
            }
        }
        if let Some(cleaned) = cleaned {
            part.fact(words.ui_fact_last_cleaning(), cleaned);
        }
        if let Some(deleted) = deleted {
            part.fact(words.ui_fact_last_deletion(), deleted);
        }
    }

    fn taken_by(self, reason: SegmentDeletion) -> &'static str {
        match reason {
            SegmentDeletion::StartOffsetBreach => self.words.ui_before_log_start(),
            SegmentDeletion::RetentionSizeBreach => "retention.bytes",
            SegmentDeletion::RetentionMsBreach => "retention.ms",
            SegmentDeletion::LocalRetentionSizeBreach => "local.retention.bytes",
            SegmentDeletion::LocalRetentionMsBreach => "local.retention.ms",
            SegmentDeletion::EpochTruncation => "leader epoch",
        }
    }

    fn segments(self, kept: &Kept) -> Vec<SegmentRow> {
        let segments = kept.log.segments();
        let last = segments.len() - 1;
        let (words, mut rows) = (self.words, Vec::new());
        for (index, (segment, lease)) in kept.log.leases(kept.config).enumerate() {
            if index >= OLDEST && index < last {
                continue;
            }
            let next = segments.get(index + 1).map(|next| next.base);
            let (fate, mood) = self.fate(kept, segment, &lease, next);
            let newest = match segment.bytes {
                0 => "–".to_owned(),
                _ => words.ui_ago(&self.span_ms(kept.now_ms.saturating_sub(segment.max_timestamp))),
            };
            let (base, size) = (segment.base.to_string(), words.bytes(segment.bytes));
            rows.push(SegmentRow { base, size, newest, fate, mood });
        }
        let left_out = segments.len().saturating_sub(OLDEST + 1);
        if left_out > 0 {
            let at = rows.len() - 1;
            let base = words.ui_segments_more(left_out as i64);
            let (size, newest, fate) = (String::new(), String::new(), String::new());
            rows.insert(at, SegmentRow { base, size, newest, fate, mood: Mood::Plain });
        }
        rows
    }

    /// What will become of a segment.
    fn fate(
        self,
        kept: &Kept,
        segment: &Segment,
        lease: &Lease,
        next: Option<Offset>,
    ) -> (String, Mood) {
        let words = self.words;
        let Some(next) = next else { return (words.ui_segment_active().to_owned(), Mood::Plain) };
        if next <= kept.log.start() {
            return (words.ui_segment_before_start().to_owned(), Mood::Doubt);
        }
        let mut fates = Vec::new();
        if kept.config.compacts() {
            let range = &kept.to_clean;
            fates.push(match segment.base {
                _ if next <= range.first_dirty_offset => words.ui_segment_clean().to_owned(),
                base if base >= range.first_uncleanable_offset => {
                    words.ui_segment_not_yet().to_owned()
                }
                _ => words.ui_segment_dirty().to_owned(),
            });
        }
        let left = lease.until_ms.map(|until| until.saturating_sub(kept.now_ms));
        if left == Some(0) || lease.room == Some(0) {
            fates.push(words.ui_segment_due().to_owned());
            return (fates.join(" · "), Mood::Doubt);
        }
        let left = left.map(|left| self.span_ms(left));
        let room = lease.room.map(|room| words.bytes(room));
        fates.extend(match (left, room) {
            (Some(left), Some(room)) => Some(words.ui_segment_goes_at_first(&left, &room)),
            (Some(left), None) => Some(words.ui_segment_goes_in(&left)),
            (None, Some(room)) => Some(words.ui_segment_goes_after(&room)),
            (None, None) => None,
        });
        if fates.is_empty() {
            fates.push(words.ui_segment_stays().to_owned());
        }
        (fates.join(" · "), Mood::Plain)
    }

    /// What a broker's logs take on its disk.
    pub(super) fn disk_use(self, part: &mut Part, broker: &Broker) {
        let (words, world) = (self.words, self.world());
        let (mut bytes, mut deleted, mut internal, mut last) = (0, 0, 0, Time::ZERO);
        for (partition, log) in &broker.disk.logs {
            bytes += log.bytes_on_disk(world.now);
            if is_internal(world, *partition) {
                internal += log.bytes_on_disk(world.now);
            }
            if let Some((files, until)) = log.deleted_files(world.now) {
                deleted += files;
                last = last.max(until);
            }
        }
        part.fact(words.ui_fact_disk(), words.bytes(bytes));
        if internal > 0 {
            part.fact(words.ui_fact_internal_topics(), words.bytes(internal));
        }
        if deleted > 0 {
            part.fact(words.ui_fact_deleted_files(), self.files(deleted, last));
        }
    }

    /// Bytes of deleted files, and how long the last of them stays.
    fn files(self, bytes: u64, last: Time) -> String {
        let left = self.whole_seconds(last.since(self.world().now));
        self.words.ui_deleted_files(&self.words.bytes(bytes), &left)
    }

    fn ms(self, ms: i64) -> String {
        self.words.span(Span::from_config_ms(ms).0)
    }

    fn span_ms(self, ms: u64) -> String {
        self.whole_seconds(Span(ms.saturating_mul(1000)))
    }

    /// A running clock is told by tenths of a second: more would flicker.
    fn whole_seconds(self, span: Span) -> String {
        self.words.span(span.0.next_multiple_of(100_000))
    }
}

fn policy(config: &TopicConfig) -> String {
    let spec = TopicConfig::SPECS.iter().find(|spec| spec.name == "cleanup.policy");
    spec.map(|spec| spec.show(config.cleanup_policy)).unwrap_or_default()
}

fn is_internal(world: &World, partition: Partition) -> bool {
    let topic = world.metadata().topics.get(&partition.topic);
    topic.is_some_and(|topic| crate::sim::image::is_internal(&topic.name))
}
