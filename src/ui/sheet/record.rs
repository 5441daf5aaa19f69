//! A record's sheet: what it is, and what became of its promise.

use super::{Clerk, Mood, Part, Sheet};
use crate::metrics::ledger::Told;
use crate::scene::replica::diverges;
use crate::session::causes::Question;
use crate::sim::config::COMPRESSION_TYPES;
use crate::sim::id::{BrokerId, Node, Offset, Partition};
use crate::sim::log::compression::records_bytes;
use crate::sim::log::size::RecordSize;
use crate::sim::time::EPOCH;
use crate::sim::wire::{CompressionType, Record, RecordBatch};

impl Clerk<'_> {
    pub(super) fn record(
        self,
        broker: BrokerId,
        partition: Partition,
        offset: Offset,
    ) -> Option<Sheet> {
        let (words, world) = (self.words, self.world());
        let holder = world.brokers.get(&broker)?;
        let batch = holder.disk.logs.get(&partition)?.batch_at(offset)?;
        let record = batch.iter().find(|(at, _)| *at == offset).map(|(_, record)| record)?;
        let mut own = Part::default();
        own.fact("offset", offset.to_string());
        match record.key {
            Some(key) => own.fact("key", key.text()),
            None => own.fact("key", "null"),
        };
        if let Some(bytes) = RecordSize::of(record).value {
            own.fact("value", words.bytes(u64::from(bytes)));
        }
        let stamped = record.timestamp.0;
        let (clock, small) = words.clock(stamped.abs_diff(EPOCH.0));
        let sign = if stamped < EPOCH.0 { "−" } else { "" };
        own.fact("CreateTime", format!("{sign}{clock}{small}"));
        own.fact("LeaderEpoch", batch.leader_epoch.to_string());
        if diverges(world, broker, partition).is_some_and(|from| from <= offset) {
            own.fact(words.ui_fact_state(), words.ui_diverges()).mood(Mood::Bad);
        }
        let safe = holder.high_watermark(partition) > offset;
        let (told, mood) = if safe {
            (words.ui_committed_yes(), Mood::Good)
        } else {
            (words.ui_committed_no(), Mood::Doubt)
        };
        own.fact("HighWatermark", told).mood(mood);
        let results = self.results(partition, offset, record);
        let parts = [own, self.batch(batch), self.promise(record)];
        let parts = parts.into_iter().chain(results).collect();
        let title = words.ui_record_title(&self.part(partition), offset);
        Some(Sheet { title, kind: words.ui_kind_record().to_owned(), parts, deeds: Vec::new() })
    }

    fn batch(self, batch: &RecordBatch) -> Part {
        let words = self.words;
        let mut part = Part::new(words.ui_fact_batch());
        part.fact("baseOffset", batch.base_offset.to_string());
        part.fact(words.ui_fact_records(), words.number(batch.records.len() as i64));
        part.fact(words.ui_fact_size(), words.bytes(u64::from(batch.bytes)));
        if batch.compression != CompressionType::None {
            let codec = COMPRESSION_TYPES.get(batch.compression as usize).copied();
            let bytes = words.bytes(u64::from(records_bytes(&batch.records)));
            let told = words.ui_compressed(codec.unwrap_or_default(), &bytes);
            part.fact("compression.type", told);
        }
        part
    }

    /// What its producer was told, and whether anybody has worked on it.
    fn promise(self, record: &Record) -> Part {
        let words = self.words;
        let mut part = Part::new(words.ui_ledger());
        let Some(id) = record.id else {
            part.fact(words.ui_kind_producer(), words.ui_fact_none());
            return part;
        };
        let node = Node::Client(id.client);
        part.fact(words.ui_kind_producer(), self.node(node)).at_node(node);
        let Some(entry) = self.session.ledger().entry(id) else { return part };
        let (told, mood) = match entry.told {
            Told::Waiting => (words.ui_told_nothing().to_owned(), Mood::Doubt),
            Told::Acked(_) => (words.ui_ledger_acked().to_owned(), Mood::Good),
            Told::Failed(error) => (error.name().to_owned(), Mood::Bad),
            Told::Aborted => (words.ui_ledger_aborted().to_owned(), Mood::Plain),
        };
        part.fact(words.ui_fact_told(), told).mood(mood);
        if entry.is_aborted() {
            part.fact(words.ui_fact_state(), words.ui_ledger_aborted());
        }
        let copies = entry.copies();
        let mood = if entry.is_lost() || copies > 1 { Mood::Bad } else { Mood::Plain };
        part.fact(words.ui_fact_copies(), copies.to_string()).mood(mood);
        for (group, times) in &entry.processed {
            let mood = if *times > 1 { Mood::Bad } else { Mood::Plain };
            let times = words.ui_times(i64::from(*times));
            part.fact(words.ui_processed_by(group), times).mood(mood);
        }
        part.fate = Question::of(entry).map(|question| (id, question));
        part
    }
}
