//! What a processor writes, and of what it made it.

use std::sync::Arc;

use crate::sim::client::producer::Producer;
use crate::sim::effect::Ctx;
use crate::sim::id::Key;
use crate::sim::wire::{Derived, Origin, Value};

impl Producer {
    /// One record that the application made of another.
    pub(super) fn derive(&mut self, ctx: &mut Ctx<'_>, key: Option<Key>, from: Origin) {
        let derived = Derived { bytes: self.workload.bytes, count: None, from };
        if self.obey(ctx, key, Value::Derived(Arc::new(derived))) {
            self.run_sender(ctx);
        }
    }
}
