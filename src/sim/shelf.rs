//! A queue that copies share: what was there when a copy was made is held once.

use std::collections::VecDeque;
use std::fmt;
use std::sync::Arc;

use serde::{Serialize, Serializer};

/// How many things a board holds. A change after a copy was made copies one board.
const BOARD: usize = 64;

/// A queue in boards. To copy it costs a pointer for each board, not a copy of each thing: so a
/// moment of a long tape can be kept without its whole past.
#[derive(Clone)]
pub struct Shelf<T> {
    /// All are full but the last.
    boards: VecDeque<Arc<Vec<T>>>,
    /// So many of the first board are gone.
    gone: u32,
    len: u32,
}

impl<T> Default for Shelf<T> {
    fn default() -> Self {
        Shelf { boards: VecDeque::new(), gone: 0, len: 0 }
    }
}

impl<T> Shelf<T> {
    /// How many things there are.
    pub fn len(&self) -> usize {
        self.len as usize
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The thing at this place; the oldest is at 0.
    pub fn get(&self, index: usize) -> Option<&T> {
        let place = self.gone as usize + index;
        self.boards.get(place / BOARD)?.get(place % BOARD)
    }

    /// The oldest.
    pub fn front(&self) -> Option<&T> {
        self.get(0)
    }

    /// The newest.
    pub fn back(&self) -> Option<&T> {
        self.boards.back().and_then(|board| board.last())
    }

    /// All from the oldest to the newest.
    pub fn iter(&self) -> Iter<'_, T> {
        Iter { shelf: self, from: 0, to: self.len() }
    }

    /// How many come before the first that is not `before`; they are in order.
    pub fn partition_point(&self, before: impl Fn(&T) -> bool) -> usize {
        let (mut low, mut high) = (0, self.len());
        while low < high {
            let middle = usize::midpoint(low, high);
            if self.get(middle).is_some_and(&before) { low = middle + 1 } else { high = middle }
        }
        low
    }
}

impl<T: Clone> Shelf<T> {
    /// The thing at this place, to be changed: in this copy alone.
    pub fn get_mut(&mut self, index: usize) -> Option<&mut T> {
        let place = self.gone as usize + index;
        Arc::make_mut(self.boards.get_mut(place / BOARD)?).get_mut(place % BOARD)
    }

    /// Adds the newest.
    pub fn push_back(&mut self, thing: T) {
        match self.boards.back_mut().filter(|board| board.len() < BOARD) {
            Some(board) => Arc::make_mut(board).push(thing),
            None => {
                let mut board = Vec::with_capacity(BOARD);
                board.push(thing);
                self.boards.push_back(Arc::new(board));
            }
        }
        self.len += 1;
    }

    /// Takes the oldest away.
    pub fn pop_front(&mut self) -> Option<T> {
        let thing = self.front().cloned()?;
        self.len -= 1;
        self.gone += 1;
        if self.gone as usize == BOARD || self.len == 0 {
            self.boards.pop_front();
            self.gone = 0;
        }
        Some(thing)
    }

    /// Takes the newest away.
    pub fn pop_back(&mut self) -> Option<T> {
        let board = self.boards.back_mut()?;
        let thing = Arc::make_mut(board).pop();
        let gone = if self.boards.len() == 1 { self.gone } else { 0 };
        if self.boards.back().is_some_and(|board| board.len() <= gone as usize) {
            self.boards.pop_back();
            self.gone *= u32::from(!self.boards.is_empty());
        }
        self.len -= 1;
        thing
    }
}

impl<T: Clone> Extend<T> for Shelf<T> {
    fn extend<I: IntoIterator<Item = T>>(&mut self, things: I) {
        things.into_iter().for_each(|thing| self.push_back(thing));
    }
}

impl<T: Clone> FromIterator<T> for Shelf<T> {
    fn from_iter<I: IntoIterator<Item = T>>(things: I) -> Self {
        let mut shelf = Shelf::default();
        shelf.extend(things);
        shelf
    }
}

// What stands on it counts, not on which board.
impl<T: PartialEq> PartialEq for Shelf<T> {
    fn eq(&self, other: &Self) -> bool {
        self.len == other.len && self.iter().eq(other.iter())
    }
}

impl<T: Eq> Eq for Shelf<T> {}

impl<T: fmt::Debug> fmt::Debug for Shelf<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self).finish()
    }
}

impl<T: Serialize> Serialize for Shelf<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self)
    }
}

/// The things on a shelf, in order. To skip some costs nothing.
#[derive(Debug)]
pub struct Iter<'a, T> {
    shelf: &'a Shelf<T>,
    from: usize,
    to: usize,
}

impl<T> Clone for Iter<'_, T> {
    fn clone(&self) -> Self {
        Iter { ..*self }
    }
}

impl<'a, T> Iterator for Iter<'a, T> {
    type Item = &'a T;

    fn next(&mut self) -> Option<&'a T> {
        self.nth(0)
    }

    fn nth(&mut self, n: usize) -> Option<&'a T> {
        let at = self.from + n;
        self.from = self.to.min(at + 1);
        if at < self.to { self.shelf.get(at) } else { None }
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.to - self.from, Some(self.to - self.from))
    }
}

impl<T> DoubleEndedIterator for Iter<'_, T> {
    fn next_back(&mut self) -> Option<Self::Item> {
        if self.from == self.to {
            return None;
        }
        self.to -= 1;
        self.shelf.get(self.to)
    }
}

impl<'a, T> IntoIterator for &'a Shelf<T> {
    type Item = &'a T;
    type IntoIter = Iter<'a, T>;

    fn into_iter(self) -> Iter<'a, T> {
        self.iter()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[derive(Clone, Copy, Debug)]
    enum Doing {
        Push(u32),
        PopFront,
        PopBack,
        Change(u32),
        Copy,
    }

    fn doing() -> impl Strategy<Value = Doing> {
        prop_oneof![
            6 => any::<u32>().prop_map(Doing::Push),
            3 => Just(Doing::PopFront),
            1 => Just(Doing::PopBack),
            2 => any::<u32>().prop_map(Doing::Change),
            1 => Just(Doing::Copy),
        ]
    }

    proptest! {
        #[test]
        fn it_is_a_queue_and_copies_stay_as_they_were(
            doings in prop::collection::vec(doing(), 0..600)
        ) {
            let (mut shelf, mut queue) = (Shelf::default(), VecDeque::new());
            let mut copies = Vec::new();
            for doing in doings {
                match doing {
                    Doing::Push(n) => {
                        shelf.push_back(n);
                        queue.push_back(n);
                    }
                    Doing::PopFront => prop_assert_eq!(shelf.pop_front(), queue.pop_front()),
                    Doing::PopBack => prop_assert_eq!(shelf.pop_back(), queue.pop_back()),
                    Doing::Change(n) => {
                        let at = n as usize % 200;
                        let (own, other) = (shelf.get_mut(at), queue.get_mut(at));
                        prop_assert_eq!(own.is_some(), other.is_some());
                        own.into_iter().chain(other).for_each(|it| *it = n);
                    }
                    Doing::Copy => copies.push((shelf.clone(), queue.clone())),
                }
                prop_assert_eq!(shelf.len(), queue.len());
                prop_assert_eq!((shelf.front(), shelf.back()), (queue.front(), queue.back()));
            }
            copies.push((shelf, queue));
            for (shelf, queue) in copies {
                prop_assert!(shelf.iter().eq(queue.iter()));
                let (own, other) = (shelf.iter().skip(70), queue.iter().skip(70));
                prop_assert!(own.eq(other));
                prop_assert!(shelf.iter().rev().eq(queue.iter().rev()));
            }
        }
    }

    #[test]
    fn a_copy_shares_what_does_not_change() {
        let mut shelf = Shelf::default();
        (0..1_000).for_each(|n| shelf.push_back(n));
        let copy = shelf.clone();
        if let Some(n) = shelf.get_mut(500) {
            *n = 0;
        }
        let shared = shelf.boards.iter().zip(&copy.boards).filter(|(a, b)| Arc::ptr_eq(a, b));
        assert_eq!(shared.count(), shelf.boards.len() - 1);
        assert_eq!((copy.get(500), copy.partition_point(|n| *n < 700)), (Some(&500), 700));
    }
}
