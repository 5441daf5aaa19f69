//! Going to a moment: at once where the tape was played, in slices where it was not.

use std::cell::Cell;
use std::rc::Rc;

use crate::lens::handle::Handle;
use crate::sim::Time;
use crate::ui::page::in_slices;

/// So many due things are handled before the page may do something else: a frame's worth on a slow
/// machine, and nearly always enough to be there.
const SLICE: u32 = 12_000;

/// Holds time and goes to a moment.
pub fn go(handle: &Handle, to: Time) {
    handle.hold();
    seek(handle, to);
}

/// Goes to a moment. The last that was asked for counts.
pub fn seek(handle: &Handle, to: Time) {
    handle.set_aim(Some(to));
    if handle.seek_on(to, SLICE) {
        return handle.set_aim(None);
    }
    let handle = handle.clone();
    in_slices(Box::new(move || {
        if handle.aim() != Some(to) {
            return false;
        }
        let there = handle.seek_on(to, SLICE);
        if there {
            handle.set_aim(None);
        }
        !there
    }));
}

/// While a thumb is dragged the clock is held; let go, it runs again if it ran.
#[derive(Clone, Default)]
pub struct Hold(Rc<Cell<Option<bool>>>);

impl Hold {
    /// The thumb is dragged.
    pub fn take(&self, handle: &Handle) {
        if self.0.get().is_none() {
            let clock = handle.read(|session| session.clock());
            self.0.set(Some(clock.playing && !clock.backwards));
            handle.hold();
        }
    }

    /// It is let go.
    pub fn release(&self, handle: &Handle) {
        if self.0.take() == Some(true) {
            handle.play();
        }
    }
}
