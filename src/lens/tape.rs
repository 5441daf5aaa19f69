//! What was done so far, kept where a page that broke down can find it again.

use std::cell::RefCell;

use super::store::{self, key};
use crate::session::{Session, Timed};
use crate::sim::{Scenario, Time};

thread_local! {
    /// The tape of the session on the deck, ready to be stored: a panic must not need the session.
    static TAPE: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Tapes of another version of the page are not played.
const VERSION: &str = concat!(env!("CARGO_PKG_VERSION"), ":");

/// Remembers the tape of this session. Before the panels are here there is nothing to do, and so
/// nothing that a reload would not bring.
pub fn keep(session: &Session) {
    let text = written(session);
    TAPE.with_borrow_mut(|kept| *kept = text);
}

/// The tape of a session as text.
fn written(session: &Session) -> Option<String> {
    let timeline = session.timeline();
    let tape = (timeline.scenario(), timeline.commands(), timeline.done() as u32);
    let bytes = postcard::to_allocvec(&tape).ok()?;
    Some([VERSION, &hex(&bytes)].concat())
}

/// Stores the tape: the page is breaking down.
pub fn rescue() {
    // A panic inside `keep` loses the tape and nothing else.
    let tape = TAPE.try_with(|kept| kept.try_borrow().ok().and_then(|kept| kept.clone()));
    if let Ok(Some(tape)) = tape {
        store::put(key::TAPE, Some(&tape));
    }
}

/// The session that broke down, up to its last command; it is offered once.
pub fn rescued() -> Option<Session> {
    let text = store::get(key::TAPE)?;
    let (scenario, commands, done) = read(&text)?;
    // What is planned for later stays so.
    let last = commands.iter().take(done as usize).next_back().map_or(Time::ZERO, |(at, _)| *at);
    let mut session = Session::scripted(scenario, commands).ok()?;
    session.open();
    session.run_to(last);
    session.pause();
    Some(session)
}

/// Whether there is something to offer.
pub fn has_rescued() -> bool {
    store::get(key::TAPE).is_some_and(|text| read(&text).is_some())
}

/// Forgets what was stored.
pub fn discard() {
    store::put(key::TAPE, None);
}

fn read(text: &str) -> Option<(Scenario, Vec<Timed>, u32)> {
    postcard::from_bytes(&unhex(text.strip_prefix(VERSION)?)?).ok()
}

fn hex(bytes: &[u8]) -> String {
    let digit = |nibble: u8| char::from_digit(u32::from(nibble), 16).unwrap_or('0');
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let digit = |c: u8| char::from(c).to_digit(16);
    let pairs = text.as_bytes().chunks(2);
    let byte = |pair: &[u8]| match pair {
        [high, low] => u8::try_from(digit(*high)? * 16 + digit(*low)?).ok(),
        _ => None,
    };
    pairs.map(byte).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::Command;
    use crate::sim::id::{BrokerId, Node};

    #[test]
    fn a_tape_survives_as_text() {
        let scenario = Scenario::opening("t", ["a", "b"], "g");
        let commands = vec![(Time(7_000_000), Command::Crash(Node::Broker(BrokerId(1))))];
        let session = Session::scripted(scenario.clone(), commands.clone()).unwrap();
        keep(&session);
        let text = TAPE.with_borrow(|kept| kept.clone()).unwrap();
        assert_eq!(read(&text), Some((scenario, commands, 0)));
        assert_eq!(read("0.0.0:00"), None);
        assert_eq!(read(&text[..text.len() - 1]), None);
    }
}
