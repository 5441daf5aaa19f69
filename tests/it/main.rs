//! The one native test binary.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

mod admission;
mod aggregates;
mod branches;
mod causes;
mod clients;
mod closest;
mod clocks;
mod cluster;
mod combined;
mod compression;
mod consuming;
mod delivery;
mod elections;
mod faults;
mod fingerprints;
mod golden;
mod hanging;
mod histories;
mod hunt;
mod law;
mod groups;
mod ledger;
mod lessons;
mod legend;
mod links;
mod log_life;
#[cfg(feature = "mutants")]
mod mutants;
mod offsets;
mod pictures;
mod power;
mod processor;
mod provenance;
mod produce;
mod quorum;
mod quotas;
mod rebalances;
mod reassignment;
mod refusals;
mod replication;
mod scenario_files;
mod session;
mod share;
mod stoppages;
mod suffixes;
mod swarm;
mod swarm_file;
mod tiered;
mod time;
mod transactions;
mod twins;
mod uncommitted;
mod words;
