//! Sentences about the stores of stream processors.

use super::Teller;
use crate::sim::event::{Event, StreamEvent};

impl Teller<'_> {
    pub(super) fn store(&self, event: &Event) -> Option<String> {
        let Event::Stream(event) = event else { return None };
        let (words, me) = (self.words, &*self.me);
        let changelog = &self.partition(event.changelog());
        Some(match event {
            StreamEvent::RestoreStarted { from, to, .. } if from >= to => {
                words.event_restore_empty(me, changelog)
            }
            StreamEvent::RestoreStarted { from, to, .. } => {
                words.event_restore_started(me, changelog, *from, to - 1)
            }
            StreamEvent::RestoreEnded { records, keys, .. } => {
                let (records, keys) = (records.cast_signed(), i64::from(*keys));
                words.event_restore_ended(me, changelog, records, keys)
            }
            StreamEvent::StoreDropped { keys, .. } => {
                words.event_store_dropped(me, changelog, i64::from(*keys))
            }
        })
    }
}
