//! Plain values, as TOML and JavaScript have them, before anybody knows what they mean.

/// A plain value.
#[derive(Clone, PartialEq, Debug)]
pub enum Plain {
    Text(String),
    Whole(i64),
    Bool(bool),
    List(Vec<Plain>),
    /// In the order in which it is written.
    Table(Vec<(String, Plain)>),
    /// A fraction, a date: nothing that a scenario holds.
    Strange,
}
