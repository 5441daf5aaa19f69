//! What stream processors made of a record, and of what a result was made.

use super::{Clerk, Mood, Part};
use crate::metrics::provenance::{Fate, Made, results, results_at};
use crate::scene::view::Entity;
use crate::sim::Partition;
use crate::sim::id::Offset;
use crate::sim::wire::Record;

impl Clerk<'_> {
    /// Its results, in the order of their places, and its own origin; nothing if it has neither.
    pub(super) fn results(
        self,
        partition: Partition,
        offset: Offset,
        record: &Record,
    ) -> Option<Part> {
        let (words, world) = (self.words, self.world());
        let mut part = Part::new(words.ui_results());
        if let Some(origin) = record.origin() {
            let place = self.at(origin.partition, origin.offset);
            part.fact(words.ui_fact_made_from(), place).to =
                self.leads_to(origin.partition, origin.offset);
        }
        let all = match record.id {
            Some(id) => results(world, id),
            None => results_at(world, partition, offset),
        };
        for made in &all {
            let (fate, mood) = match made.fate {
                Fate::Unreplicated => (words.ui_fate_unreplicated(), Mood::Doubt),
                Fate::Undecided => (words.ui_fate_undecided(), Mood::Doubt),
                Fate::Committed => (words.ui_fate_committed(), Mood::Good),
                Fate::Aborted => (words.ui_fate_aborted(), Mood::Plain),
            };
            let fact = part.fact(self.at(made.partition, made.offset), fate).mood(mood);
            fact.to = self.leads_to(made.partition, made.offset);
        }
        let committed = all.iter().filter(|made: &&Made| made.fate == Fate::Committed).count();
        if !all.is_empty() {
            let mood = if committed > 1 { Mood::Bad } else { Mood::Plain };
            let count = words.number(committed as i64);
            part.fact(words.ui_fact_results_committed(), count).mood(mood);
        }
        (!part.facts.is_empty()).then_some(part)
    }

    /// A place in a log: `orders-0 @ 17`.
    fn at(self, partition: Partition, offset: Offset) -> String {
        format!("{} @ {offset}", self.part(partition))
    }

    /// The record at a place, as its leader has it.
    fn leads_to(self, partition: Partition, offset: Offset) -> Option<Entity> {
        let leader = self.world().metadata().partition(partition)?.leader?;
        Some(Entity::Record(leader, partition, offset))
    }
}
