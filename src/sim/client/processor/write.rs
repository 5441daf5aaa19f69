//! What a processor makes of a record, and where it writes that.

use std::sync::Arc;

use super::Processor;
use crate::sim::client::consumer::Done;
use crate::sim::client::producer::Producer;
use crate::sim::effect::Ctx;
use crate::sim::id::{Key, Name};
use crate::sim::processing::Transform;
use crate::sim::wire::{Derived, Value};

impl Processor {
    /// A record is worked on: its results are handed to the producer, what changed in a store first
    /// (ChangeLoggingKeyValueBytesStore.put).
    pub(super) fn answer(&mut self, ctx: &mut Ctx<'_>, done: Done) {
        if !self.transform.takes(done.key, done.is_null) {
            return;
        }
        if self.transform == Transform::Count
            && let (Some(stores), Some(key)) = (&mut self.stores, done.key)
        {
            let partition = done.from.partition;
            let Some(count) = stores.count(partition, key) else { return };
            let changelog = (stores.changelog.clone(), partition.index);
            let derived = Derived { bytes: LONG, count: Some(count), from: done.from };
            let derived = Arc::new(derived);
            let result = Value::Derived(Arc::clone(&derived));
            self.producing(ctx, |producer, ctx| {
                producer.derive(ctx, done.key, Value::Derived(derived), Some(changelog));
                producer.derive(ctx, done.key, result, None);
            });
            return;
        }
        self.producing(ctx, |producer, ctx| {
            let bytes = producer.workload.bytes;
            let derived = Derived { bytes, count: None, from: done.from };
            producer.derive(ctx, done.key, Value::Derived(Arc::new(derived)), None);
        });
    }
}

/// Bytes of a count (LongSerializer).
// Simplified: in a changelog a count has eight more, the timestamp of its newest record
// (ValueAndTimestampSerializer).
const LONG: u32 = 8;

impl Producer {
    /// One record that the application made of another, for its topic or for a partition of
    /// another one.
    fn derive(
        &mut self,
        ctx: &mut Ctx<'_>,
        key: Option<Key>,
        value: Value,
        to: Option<(Name, u32)>,
    ) {
        if self.obey(ctx, key, value, to) {
            self.run_sender(ctx);
        }
    }
}
