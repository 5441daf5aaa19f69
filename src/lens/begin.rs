//! How the page begins: on the running opening scenario, or where its address says.

use super::handle::Handle;
use super::look::Look;
use super::picture::Lens;
use super::store::wish;
use crate::locale::Words;
use crate::session::Session;
use crate::sim::{Scenario, Time};

/// The latest moment that an address may ask for: a minute of virtual time is a second of work.
const LATEST_MS: u64 = 600_000;

/// Puts the opening scenario on the deck, playing; or frozen at the moment that `?freeze=` names,
/// in milliseconds of virtual time, so that pictures repeat.
pub fn begin(address: &str) -> Lens {
    let look = Look::wished(address);
    let mut session = opening(look.words());
    session.open();
    let frozen = wish(address, "freeze").and_then(|ms| ms.parse::<u64>().ok());
    if let Some(ms) = frozen {
        session.run_to(Time(ms.min(LATEST_MS) * 1000));
        session.pause();
    }
    Lens::new(Handle::new(session, look))
}

/// The opening scenario, with names in the page's language.
fn opening(words: Words) -> Session {
    let producers = [words.ui_opening_producer_1(), words.ui_opening_producer_2()];
    Session::opening(Scenario::opening(
        words.ui_opening_topic(),
        producers,
        words.ui_opening_group(),
    ))
}
