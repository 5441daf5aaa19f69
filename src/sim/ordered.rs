//! Maps and sets in the order of their keys, kept in one sorted vector each.
//!
//! They stand where `BTreeMap` would: a cluster has tens of anything, so a sorted vector is as
//! fast, and its code is a tenth of a B-tree's for each kind of key and value. Taking out of the
//! middle of one costs time in proportion to its length; what holds thousands belongs elsewhere
//! (see `agenda.rs`).

mod map;
mod set;

use std::cmp::Ordering;

pub use map::{Entry, Map};
pub use set::Set;

/// Sorts as `slice::sort_by` does: what compares equal keeps its order. Only indices are moved by
/// the sort itself, so that there is one copy of it in the program and not one for each kind.
pub fn sort_by<T>(things: &mut [T], compare: impl Fn(&T, &T) -> Ordering) {
    let mut from = order(things.len(), &|a, b| compare(&things[a], &things[b]));
    for at in 0..from.len() {
        // Follow what was moved away from its place by an earlier exchange.
        let mut source = from[at];
        while source < at {
            source = from[source];
        }
        from[at] = source;
        things.swap(at, source);
    }
}

/// [`sort_by`] the key.
pub fn sort_by_key<T, K: Ord>(things: &mut [T], key: impl Fn(&T) -> K) {
    sort_by(things, |a, b| key(a).cmp(&key(b)));
}

/// Sorts by the things' own order.
pub fn sort<T: Ord>(things: &mut [T]) {
    sort_by(things, T::cmp);
}

/// The indices `0..count` in the order that `compare` gives them.
///
/// By insertion: what is sorted here is short or nearly in order, and the code is short, too.
pub fn order(count: usize, compare: &dyn Fn(usize, usize) -> Ordering) -> Vec<usize> {
    let mut order: Vec<usize> = Vec::with_capacity(count);
    for new in 0..count {
        let in_order = order.last().is_none_or(|last| compare(*last, new).is_le());
        let place = match in_order {
            true => new,
            false => order.partition_point(|there| compare(*there, new).is_le()),
        };
        order.insert(place, new);
    }
    order
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn sorts_as_the_standard_library_does(mut things: Vec<(u8, u16)>) {
            let mut expected = things.clone();
            expected.sort_by_key(|(key, _)| *key);
            sort_by_key(&mut things, |(key, _)| *key);
            prop_assert_eq!(things, expected);
        }

        #[test]
        fn holds_what_a_tree_holds(things: Vec<(u8, u16)>, from: u8, to: u8, odd: u8) {
            let mut map: Map<u8, u16> = things.iter().copied().collect();
            let mut tree: BTreeMap<u8, u16> = things.iter().copied().collect();
            let mut place = u32::from(odd);
            for (key, _) in &things {
                let found = map.get_near(place, key);
                prop_assert_eq!(found.map(|(_, value)| value), tree.get(key));
                place = map.entry_near(place, *key).place();
                prop_assert_eq!(map.iter().nth(place as usize).map(|(key, _)| key), Some(key));
            }
            map.retain(|key, value| { *value /= 2; key & odd == 0 });
            tree.retain(|key, value| { *value /= 2; key & odd == 0 });
            prop_assert!(map.iter().eq(tree.iter()));

            let mut set: Set<u8> = things.iter().map(|(key, _)| *key).collect();
            let mut tree: BTreeSet<u8> = things.iter().map(|(key, _)| *key).collect();
            prop_assert_eq!(set.remove(&from), tree.remove(&from));
            prop_assert_eq!(set.contains(&to), tree.contains(&to));
            prop_assert!(set.iter().eq(tree.iter()));
        }
    }
}
