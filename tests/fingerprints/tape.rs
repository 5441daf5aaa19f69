//! A tape that is played anywhere, and the digest of everything that happens on it.

use std::fmt::Write;

use kafkascope::session::Timeline;
use kafkascope::session::link::Saved;

/// FNV-1a of 64 bits.
struct Digest(u64);

impl Digest {
    fn bytes(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
}

impl Write for Digest {
    fn write_str(&mut self, text: &str) -> std::fmt::Result {
        self.bytes(text.as_bytes());
        Ok(())
    }
}

/// Plays what a line of a session says up to its moment. How many events were told, and a digest
/// of each of them, of what was refused, and of the last world to its last field.
pub fn print(line: &str) -> String {
    let saved = Saved::read(line).expect("a tape can be read");
    let mut timeline = Timeline::new(saved.scenario, saved.commands).expect("its world can be");
    let (mut digest, mut events, mut log) = (Digest(0xcbf2_9ce4_8422_2325), 0, Vec::new());
    while !timeline.advance(saved.at, 1_000, &mut log) || !log.is_empty() {
        events += log.len();
        for stamped in log.drain(..) {
            digest.bytes(&postcard::to_allocvec(&stamped).expect("events can be written"));
        }
    }
    let (world, refused) = (timeline.world(), timeline.refused());
    write!(digest, "{refused:?}{world:?}").expect("a digest takes everything");
    format!("{events:>6} {:016x}", digest.0)
}
