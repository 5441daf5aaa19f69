//! What lives here: the tape. Where in time we are, and how what happened is told as text.
//! Who may knock: panels, tests and the native player.
//! Never here: a browser, a picture, a person's language.

pub mod transcript;
