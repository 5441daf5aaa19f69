//! Panels as HTML.
