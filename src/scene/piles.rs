//! Puts the items of a picture in painting order, without comparing each with others: most share
//! their key with many.

use super::item::INDEX_BITS;

/// No item; there never are so many.
const NONE: u32 = u32::MAX;

/// Slots for keys: a lively picture has some 250.
const SLOTS: usize = 1024;

/// Items in piles of equal key, each in the order they came. Two keys may want the same slot; then
/// the one that comes again begins another pile, which lies on its first.
#[derive(Debug)]
pub struct Piles {
    piles: Vec<Pile>,
    /// The pile of a key, perhaps.
    slots: Vec<u32>,
    /// The item that lies on each item.
    next: Vec<u32>,
}

#[derive(Debug)]
struct Pile {
    key: u64,
    bottom: u32,
    top: u32,
}

impl Piles {
    /// No pile yet, and room for so many items.
    pub fn with_capacity(items: usize) -> Piles {
        let next = Vec::with_capacity(items);
        Piles { piles: Vec::new(), slots: vec![NONE; SLOTS], next }
    }

    /// The next item has this key.
    pub fn put(&mut self, key: u64) {
        let item = self.next.len() as u32;
        self.next.push(NONE);
        let slot = (key.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 40) as usize % SLOTS;
        let Some(slot) = self.slots.get_mut(slot) else { return };
        match self.piles.get_mut(*slot as usize) {
            Some(pile) if pile.key == key => {
                if let Some(next) = self.next.get_mut(pile.top as usize) {
                    *next = item;
                }
                pile.top = item;
            }
            _ => {
                *slot = self.piles.len() as u32;
                self.piles.push(Pile { key, bottom: item, top: item });
            }
        }
    }

    /// All keys in their order, each with its item in the low [`INDEX_BITS`].
    pub fn in_order(self) -> Vec<u64> {
        let numbered = self.piles.iter().zip(0u64..);
        let mut keys: Vec<u64> =
            numbered.map(|(pile, number)| pile.key << INDEX_BITS | number).collect();
        keys.sort_unstable();
        let mut order = Vec::with_capacity(self.next.len());
        for key in keys {
            let number = key & ((1 << INDEX_BITS) - 1);
            let Some(pile) = self.piles.get(number as usize) else { continue };
            let mut item = pile.bottom;
            while let Some(next) = self.next.get(item as usize) {
                order.push(pile.key << INDEX_BITS | u64::from(item));
                item = *next;
            }
        }
        order
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_lie_in_the_order_of_their_keys_and_then_as_they_came() {
        // More keys than there are slots, and each again and again.
        let keys = (0..9000_u64).map(|item| (item * item % 4801) << 17);
        let mut piles = Piles::with_capacity(16);
        keys.clone().for_each(|key| piles.put(key));
        let mut sorted: Vec<u64> = keys.zip(0..).map(|(key, i)| key << INDEX_BITS | i).collect();
        sorted.sort_unstable();
        assert_eq!(piles.in_order(), sorted);
    }
}
