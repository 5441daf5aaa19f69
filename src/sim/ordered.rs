//! Maps and sets in the order of their keys, kept in one sorted vector each.
//!
//! They stand where `BTreeMap` would: a cluster has tens of anything, so a sorted vector is as
//! fast, and its code is a tenth of a B-tree's for each kind of key and value. Taking out of the
//! middle of one costs time in proportion to its length; what holds thousands belongs elsewhere
//! (see `agenda.rs`).

use std::borrow::Borrow;
use std::cmp::Ordering;
use std::ops::{Deref, DerefMut, Index};
use std::{mem, vec};

use litemap::LiteMap;
use serde::{Deserialize, Serialize};

/// Values by key, in the order of keys. What is not here, [`LiteMap`] has.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(bound(deserialize = "K: Ord + Deserialize<'de>, V: Deserialize<'de>"))]
pub struct Map<K, V>(LiteMap<K, V>);

impl<K, V> Map<K, V> {
    /// An empty map.
    pub const fn new() -> Self {
        Map(LiteMap::new_vec())
    }

    /// The values, to be changed, in the order of their keys.
    pub fn values_mut(&mut self) -> impl DoubleEndedIterator<Item = &mut V> {
        self.0.iter_mut().map(|(_, value)| value)
    }

    /// The values, in the order of their keys.
    pub fn into_values(self) -> impl DoubleEndedIterator<Item = V> {
        self.0.into_tuple_vec().into_iter().map(|(_, value)| value)
    }
}

impl<K: Ord, V> Map<K, V> {
    /// The value of `key`, looked for at `hint` first: for who asks for keys in their order, one
    /// after the other, with a hint that begins at 0.
    pub fn get_near(&self, hint: &mut u32, key: &K) -> Option<&V> {
        let at = match self.0.get_indexed(*hint as usize) {
            Some((there, _)) if there == key => *hint as usize,
            _ => self.0.find_index(key).ok()?,
        };
        *hint = at as u32 + 1;
        self.0.get_indexed(at).map(|(_, value)| value)
    }

    /// Keeps what is wanted, in the order of keys.
    pub fn retain(&mut self, mut wanted: impl FnMut(&K, &mut V) -> bool) {
        let mut entries = mem::take(self).0.into_tuple_vec();
        entries.retain_mut(|(key, value)| wanted(key, value));
        self.0 = LiteMap::from_sorted_store_unchecked(entries);
    }
}

impl<K, V> Default for Map<K, V> {
    fn default() -> Self {
        Map::new()
    }
}

impl<K, V> Deref for Map<K, V> {
    type Target = LiteMap<K, V>;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl<K, V> DerefMut for Map<K, V> {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.0
    }
}

impl<K: Ord, V> Extend<(K, V)> for Map<K, V> {
    /// One after the other: what comes in order is only put at the end.
    fn extend<I: IntoIterator<Item = (K, V)>>(&mut self, entries: I) {
        for (key, value) in entries {
            self.0.insert(key, value);
        }
    }
}

impl<K: Ord, V> FromIterator<(K, V)> for Map<K, V> {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(entries: I) -> Self {
        let mut map = Map::new();
        map.extend(entries);
        map
    }
}

impl<K: Ord, V, const N: usize> From<[(K, V); N]> for Map<K, V> {
    fn from(entries: [(K, V); N]) -> Self {
        entries.into_iter().collect()
    }
}

impl<K, V> IntoIterator for Map<K, V> {
    type Item = (K, V);
    type IntoIter = vec::IntoIter<(K, V)>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_tuple_vec().into_iter()
    }
}

impl<'a, K, V> IntoIterator for &'a Map<K, V> {
    type Item = (&'a K, &'a V);
    type IntoIter = <&'a LiteMap<K, V> as IntoIterator>::IntoIter;

    fn into_iter(self) -> Self::IntoIter {
        (&self.0).into_iter()
    }
}

impl<'a, K, V> IntoIterator for &'a mut Map<K, V> {
    type Item = (&'a K, &'a mut V);
    type IntoIter = <&'a mut LiteMap<K, V> as IntoIterator>::IntoIter;

    fn into_iter(self) -> Self::IntoIter {
        (&mut self.0).into_iter()
    }
}

impl<K: Ord + Borrow<Q>, V, Q: Ord + ?Sized> Index<&Q> for Map<K, V> {
    type Output = V;

    /// # Panics
    /// When there is nothing of that key.
    fn index(&self, key: &Q) -> &V {
        match self.0.get(key) {
            Some(value) => value,
            None => panic!("no entry of that key"),
        }
    }
}

/// Things in order, each once.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Set<T>(Vec<T>);

impl<T> Set<T> {
    /// An empty set.
    pub const fn new() -> Self {
        Set(Vec::new())
    }

    /// Takes everything out.
    pub fn clear(&mut self) {
        self.0.clear();
    }
}

impl<T: Ord> Set<T> {
    /// Puts it in; whether it was not there.
    pub fn insert(&mut self, thing: T) -> bool {
        match self.0.binary_search(&thing) {
            Ok(_) => false,
            Err(at) => {
                self.0.insert(at, thing);
                true
            }
        }
    }

    /// Takes it out; whether it was there.
    pub fn remove<Q: Ord + ?Sized>(&mut self, thing: &Q) -> bool
    where
        T: Borrow<Q>,
    {
        self.find(thing).map(|at| self.0.remove(at)).is_some()
    }

    /// Whether it is here.
    pub fn contains<Q: Ord + ?Sized>(&self, thing: &Q) -> bool
    where
        T: Borrow<Q>,
    {
        self.find(thing).is_some()
    }

    fn find<Q: Ord + ?Sized>(&self, thing: &Q) -> Option<usize>
    where
        T: Borrow<Q>,
    {
        self.0.binary_search_by(|here| here.borrow().cmp(thing)).ok()
    }

    /// Keeps what is wanted.
    pub fn retain(&mut self, wanted: impl FnMut(&T) -> bool) {
        self.0.retain(wanted);
    }
}

impl<T> Default for Set<T> {
    fn default() -> Self {
        Set::new()
    }
}

impl<T> Deref for Set<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        &self.0
    }
}

impl<T: Ord> Extend<T> for Set<T> {
    fn extend<I: IntoIterator<Item = T>>(&mut self, things: I) {
        for thing in things {
            self.insert(thing);
        }
    }
}

impl<T: Ord> FromIterator<T> for Set<T> {
    fn from_iter<I: IntoIterator<Item = T>>(things: I) -> Self {
        let mut set = Set::new();
        set.extend(things);
        set
    }
}

impl<T> IntoIterator for Set<T> {
    type Item = T;
    type IntoIter = vec::IntoIter<T>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<'a, T> IntoIterator for &'a Set<T> {
    type Item = &'a T;
    type IntoIter = std::slice::Iter<'a, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

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
            let mut hint = u32::from(odd);
            for (key, _) in &things {
                prop_assert_eq!(map.get_near(&mut hint, key), tree.get(key));
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
