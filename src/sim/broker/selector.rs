//! Which replica a consumer had better read from (KIP-392:
//! ReplicaManager.findPreferredReadReplica, RackAwareReplicaSelector).

use super::Running;
use super::replica::Replica;
use crate::sim::id::{BrokerId, Offset};
use crate::sim::time::Time;
use crate::sim::wire::FetchPartition;

impl Running<'_> {
    /// Only a leader says; none if the consumer is right where it is.
    pub(super) fn preferred_read_replica(
        &self,
        replica: &Replica,
        fetch: &FetchPartition,
        rack: &str,
    ) -> Option<BrokerId> {
        let leader = replica.as_leader()?;
        if self.config.replica_selector_class == 0 || self.rack_of(self.id) == Some(rack) {
            return None;
        }
        // Of the ISR alone: who lags would keep the consumer behind for ever.
        let others = leader.followers.iter().filter(|(id, _)| leader.isr.contains(id));
        let mut best: Option<(Offset, Option<Time>, BrokerId)> = None;
        for (id, state) in others.filter(|(id, _)| self.rack_of(**id) == Some(rack)) {
            let (start, end) = (state.log_start.unwrap_or(-1), state.log_end.unwrap_or(-1));
            let caught_up = self.live.caught_up_at(fetch.partition, *id);
            if (start..=end).contains(&fetch.fetch_offset) {
                best = best.max(Some((end, caught_up, *id)));
            }
        }
        best.map(|(_, _, id)| id)
    }

    /// `broker.rack` of a broker that is registered and not fenced.
    fn rack_of(&self, broker: BrokerId) -> Option<&str> {
        let known = self.disk.image.brokers.get(&broker).filter(|known| !known.fenced)?;
        known.rack.as_deref()
    }
}
