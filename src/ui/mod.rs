//! THE PANELS.

/// Mounts the application.
pub fn mount() {}
