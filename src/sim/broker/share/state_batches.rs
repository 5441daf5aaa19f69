//! Persisted states laid over each other: for each offset the one that came last
//! (PersisterStateBatchCombiner).

use crate::sim::id::Offset;
use crate::sim::ordered::Set;
use crate::sim::wire::StateBatch;

/// Lays new states over those so far, from a start offset on; equal neighbours become one batch.
/// Where both speak of an offset, more deliveries win, and of as many the more final state: a
/// record's life only goes that way.
pub fn combine(so_far: &[StateBatch], new: &[StateBatch], start: Offset) -> Vec<StateBatch> {
    let all = || so_far.iter().chain(new);
    let mut cuts: Set<Offset> = Set::new();
    for batch in all().filter(|batch| batch.last_offset >= start) {
        cuts.insert(batch.first_offset.max(start));
        cuts.insert(batch.last_offset + 1);
    }
    let mut combined: Vec<StateBatch> = Vec::new();
    for piece in cuts.windows(2) {
        let (first_offset, last_offset) = (piece[0], piece[1] - 1);
        let covers = |batch: &&StateBatch| {
            batch.first_offset <= first_offset && last_offset <= batch.last_offset
        };
        let rank = |batch: &&StateBatch| (batch.delivery_count, batch.delivery_state);
        let Some(top) = all().filter(covers).max_by_key(rank) else { continue };
        match combined.last_mut() {
            Some(before)
                if before.last_offset + 1 == first_offset && rank(&&*before) == rank(&top) =>
            {
                before.last_offset = last_offset;
            }
            _ => combined.push(StateBatch { first_offset, last_offset, ..*top }),
        }
    }
    combined
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::sim::wire::DeliveryState::{self, Acknowledged, Archived, Available};

    fn batch(first: Offset, last: Offset, state: DeliveryState, count: u16) -> StateBatch {
        let (first_offset, last_offset) = (first, last);
        StateBatch { first_offset, last_offset, delivery_state: state, delivery_count: count }
    }

    #[test]
    fn what_comes_later_is_cut_out_of_what_was_before() {
        let so_far = [batch(0, 9, Available, 1)];
        assert_eq!(
            combine(&so_far, &[batch(3, 5, Acknowledged, 2)], 0),
            [batch(0, 2, Available, 1), batch(3, 5, Acknowledged, 2), batch(6, 9, Available, 1)]
        );
        // Of as many deliveries, the more final state counts.
        assert_eq!(
            combine(&so_far, &[batch(8, 12, Archived, 1)], 0),
            [batch(0, 7, Available, 1), batch(8, 12, Archived, 1)]
        );
        assert_eq!(combine(&[batch(0, 9, Archived, 1)], &so_far, 0), [batch(0, 9, Archived, 1)]);
    }

    #[test]
    fn neighbours_of_one_state_become_one_and_a_gap_stays() {
        let one_by_one = [batch(0, 0, Acknowledged, 1), batch(1, 1, Acknowledged, 1)];
        assert_eq!(combine(&one_by_one, &[], 0), [batch(0, 1, Acknowledged, 1)]);
        let apart = [batch(0, 1, Available, 1), batch(5, 6, Available, 1)];
        assert_eq!(combine(&apart, &[], 0), apart);
    }

    #[test]
    fn what_lies_before_the_start_offset_is_forgotten() {
        let so_far = [batch(0, 4, Acknowledged, 1), batch(5, 9, Available, 2)];
        assert_eq!(combine(&so_far, &[], 7), [batch(7, 9, Available, 2)]);
    }

    fn batches() -> impl Strategy<Value = Vec<StateBatch>> {
        let state = prop_oneof![Just(Available), Just(Acknowledged), Just(Archived)];
        let one = (0..20i64, 0..8i64, state, 1..4u16);
        prop::collection::vec(one.prop_map(|(f, n, s, c)| batch(f, f + n, s, c)), 0..6)
    }

    proptest! {
        #[test]
        fn each_offset_has_the_last_of_its_states(
            a in batches(),
            b in batches(),
            start in 0..25i64,
        ) {
            let combined = combine(&a, &b, start);
            for offset in 0..40 {
                let at = |batch: &&StateBatch| {
                    (batch.first_offset..=batch.last_offset).contains(&offset)
                };
                let state = |batch: &StateBatch| (batch.delivery_count, batch.delivery_state);
                let expected =
                    a.iter().chain(&b).filter(at).map(state).max().filter(|_| offset >= start);
                let here: Vec<_> = combined.iter().filter(at).map(state).collect();
                prop_assert_eq!(here, Vec::from_iter(expected));
            }
            for pair in combined.windows(2) {
                let meet = pair[0].last_offset + 1 == pair[1].first_offset;
                let alike = pair[0].delivery_count == pair[1].delivery_count
                    && pair[0].delivery_state == pair[1].delivery_state;
                prop_assert!(!meet || !alike);
            }
        }
    }
}
