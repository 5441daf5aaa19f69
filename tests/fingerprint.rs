//! The same bytes everywhere.
