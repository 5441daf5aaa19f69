//! What lives here: the gauges. What events add up to: promises kept and broken, rates, latencies.
//! Who may knock: the session, which feeds them; pictures and panels, to read.
//! Never here: a decision. Whoever measures changes nothing.

pub mod backlog; // lag over time, and where it leads
pub mod effects; // what groups did outside of Kafka
pub mod gauges; // rates, latencies, lag
pub mod hanging; // transactions that nobody will end
mod history; // whose log is the truth
pub mod ledger; // what became of every record
pub mod loss; // how records that were promised went
pub mod provenance; // what stream processors made of each record
pub mod series; // numbers over virtual time
pub mod sharing; // what became of the records of share groups
pub mod stoppage; // who reads a partition, and how long nobody did
mod sums; // how many records fared how

pub use self::backlog::Backlogs;
pub use self::gauges::{Gauges, Health, health};
pub use self::ledger::Ledger;
pub use self::series::Series;
pub use self::stoppage::Stoppages;
pub use self::sums::Sums;

use crate::sim::Stamped;

/// Everything that is measured, folded from events.
#[derive(Clone, Debug, Default)]
pub struct Metrics {
    ledger: Ledger,
    gauges: Gauges,
    stoppages: Stoppages,
    backlogs: Backlogs,
}

impl Metrics {
    /// Keeps the accounts of the newest `records` one by one.
    pub fn keeping(records: usize) -> Metrics {
        Metrics { ledger: Ledger::keeping(records), ..Metrics::default() }
    }

    /// Takes one event into account. Events come in the order in which they happened.
    pub fn fold(&mut self, stamped: &Stamped) {
        self.gauges.fold(stamped, &self.ledger);
        self.ledger.fold(stamped);
        self.stoppages.fold(stamped);
        self.backlogs.fold(stamped);
    }

    /// What was promised, and what became of it.
    pub fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// Rates and latencies.
    pub fn gauges(&self) -> &Gauges {
        &self.gauges
    }

    /// Who read which partition, and how long nobody did.
    pub fn stoppages(&self) -> &Stoppages {
        &self.stoppages
    }

    /// How far groups are behind, over time.
    pub fn backlogs(&self) -> &Backlogs {
        &self.backlogs
    }
}
