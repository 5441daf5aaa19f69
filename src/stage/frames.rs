//! The animation-frame loop: calls once a frame until it is dropped.

use std::cell::RefCell;
use std::rc::{Rc, Weak};

use gloo_render::{AnimationFrame, request_animation_frame};

/// The longest step told to a frame, in milliseconds: a tab that was hidden for a minute does not
/// fast-forward when it comes back.
pub const LONGEST_STEP: f64 = 100.0;

/// A running loop. Dropping it stops it.
pub struct Frames {
    _turn: Rc<Turn>,
}

struct Turn {
    next: RefCell<Option<AnimationFrame>>,
    each: RefCell<Box<dyn FnMut(f64)>>,
}

impl Frames {
    /// Calls `each` once a frame with the milliseconds since the one before, 0 at first.
    pub fn start(each: impl FnMut(f64) + 'static) -> Frames {
        let turn = Rc::new(Turn { next: RefCell::default(), each: RefCell::new(Box::new(each)) });
        arm(&turn, None);
        Frames { _turn: turn }
    }
}

fn arm(turn: &Rc<Turn>, before: Option<f64>) {
    let weak: Weak<Turn> = Rc::downgrade(turn);
    let frame = request_animation_frame(move |now| {
        if let Some(turn) = weak.upgrade() {
            // Armed first: a panic in one frame is shown by the error card, not by a frozen loop.
            arm(&turn, Some(now));
            let step = before.map_or(0.0, |before| (now - before).clamp(0.0, LONGEST_STEP));
            if let Ok(mut each) = turn.each.try_borrow_mut() {
                each(step);
            }
        }
    });
    turn.next.replace(Some(frame));
}
