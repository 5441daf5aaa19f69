//! What was done so far, kept where the next visit can find it: also if the page breaks down.

use std::cell::RefCell;
use std::rc::Rc;

use super::store::{self, key};
use crate::session::Session;
use crate::session::link::{Saved, View};

thread_local! {
    /// The session on the deck as a line, ready to be stored: a panic must not need the session.
    static TAPE: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Remembers the tape of this session. Before the panels are here there is nothing to do, and so
/// nothing that a reload would not bring.
pub fn keep(session: &Session) {
    let text = Saved::of(session, View::default()).write().ok();
    TAPE.with_borrow_mut(|kept| *kept = text);
}

/// Stores the tape: the page is breaking down.
pub fn rescue() {
    // A panic inside `keep` loses the tape and nothing else.
    let tape = TAPE.try_with(|kept| kept.try_borrow().ok().and_then(|kept| kept.clone()));
    if let Ok(Some(tape)) = tape {
        store::put(key::TAPE, Some(&tape));
    }
}

/// Stores a line. False if nothing can be stored here.
pub fn save(line: &str) -> bool {
    store::put(key::TAPE, Some(line));
    store::get(key::TAPE).as_deref() == Some(line)
}

/// The line of what was done last, if it can be read.
pub fn rescued() -> Option<Rc<str>> {
    store::get(key::TAPE).filter(|line| Saved::read(line).is_ok()).map(Rc::from)
}

/// Forgets what was stored.
pub fn discard() {
    store::put(key::TAPE, None);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::id::{BrokerId, Node};
    use crate::sim::{Command, Scenario, Time};

    #[test]
    fn a_tape_survives_as_a_line() {
        let scenario = Scenario::opening("t", ["a", "b"], "g");
        let commands = vec![(Time(7_000_000), Command::Crash(Node::Broker(BrokerId(1))))];
        let session = Session::scripted(scenario.clone(), commands.clone()).unwrap();
        keep(&session);
        let text = TAPE.with_borrow(|kept| kept.clone()).unwrap();
        let saved = Saved::read(&text).unwrap();
        assert_eq!((saved.scenario, saved.commands), (scenario, commands));
    }
}
