//! What lives here: the broker's half of transactions (KIP-98, KIP-890): where they stand, the
//! markers that end them, what waits for a coordinator, and offsets that are not committed yet.
//! Who may knock: the broker, which leads partitions and coordinates; pictures to look.
//! Never here: producers. They meet on the wire.

mod add_partitions; // between leaders and coordinators
mod commit_offsets; // TxnOffsetCommit at the group's coordinator
mod describe; // DescribeProducers
mod end; // EndTxn, fencing and timeouts
mod later; // what waits for its record
mod markers; // from coordinators to leaders
pub mod metadata; // the state machine
mod offsets; // those that are not committed yet
mod role; // what a broker keeps of all this
mod serve; // the coordinator's answers
mod verification; // before the first write of a transaction
mod write_markers; // what leaders make of markers

pub(in crate::sim::broker) use self::role::TransactionRole;
