//! What lives here: what a broker keeps on disk for one replica, and how large it is.
//! Who may knock: brokers, and clients for the arithmetic of batches.
//! Never here: requests, roles, time that passes by itself.

pub mod size;
