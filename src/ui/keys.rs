//! The keyboard: one table drives what keys do and what the help says about them.

use crate::locale::Words;

/// What a key asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// Run or hold the clock.
    PlayPause,
    /// To the next event.
    Step,
    /// To the event before.
    StepBack,
    /// Run the clock back, or hold it.
    PlayBack,
    /// To the mark before on the tape.
    MarkBefore,
    /// To the next mark on the tape.
    MarkAfter,
    /// Take the last deed back.
    Undo,
    /// Do again what was taken back.
    Redo,
    /// To the next message of what is chosen.
    Message,
    /// To the moment at which something is so.
    Until,
    /// One pace down.
    Slower,
    /// One pace up.
    Faster,
    /// The n-th pace.
    Pace(u8),
    /// Choose the next thing in the picture.
    Next,
    /// Choose the thing before.
    Previous,
    /// Crash what is chosen, or start it.
    Crash,
    /// Start what is chosen.
    Start,
    /// Open the list of things to add.
    Add,
    /// The other language.
    Language,
    /// A link to what is on screen.
    Share,
    /// The help.
    Help,
    /// Close what is open, else let go of what is chosen.
    Escape,
}

/// A row of the table.
pub struct Binding {
    /// What the browser calls the keys.
    pub keys: &'static [&'static str],
    /// What each of them asks for.
    pub act: fn(usize) -> Act,
    /// How they are written on a keyboard.
    pub shown: &'static [&'static str],
    /// What they do, in words.
    pub says: fn(Words) -> &'static str,
}

/// Every key that means something, in the order of the help.
pub const KEYS: &[Binding] = &[
    Binding {
        keys: &[" "],
        act: |_| Act::PlayPause,
        shown: &["␣"],
        says: |words| words.ui_keys_play(),
    },
    Binding {
        keys: &[",", "."],
        act: |index| if index == 0 { Act::StepBack } else { Act::Step },
        shown: &[",", "."],
        says: |words| words.ui_keys_step(),
    },
    Binding {
        keys: &["<", ">"],
        act: |index| if index == 0 { Act::MarkBefore } else { Act::MarkAfter },
        shown: &["<", ">"],
        says: |words| words.ui_keys_mark(),
    },
    Binding {
        keys: &["b"],
        act: |_| Act::PlayBack,
        shown: &["B"],
        says: |words| words.ui_keys_back(),
    },
    Binding {
        keys: &["m"],
        act: |_| Act::Message,
        shown: &["M"],
        says: |words| words.ui_keys_message(),
    },
    Binding {
        keys: &["u"],
        act: |_| Act::Until,
        shown: &["U"],
        says: |words| words.ui_keys_until(),
    },
    Binding {
        keys: &["ctrl+z", "ctrl+shift+z", "ctrl+y"],
        act: |index| if index == 0 { Act::Undo } else { Act::Redo },
        shown: &["Ctrl+Z", "Ctrl+Shift+Z"],
        says: |words| words.ui_keys_undo(),
    },
    Binding {
        keys: &["[", "]"],
        act: |index| if index == 0 { Act::Slower } else { Act::Faster },
        shown: &["[", "]"],
        says: |words| words.ui_keys_pace(),
    },
    Binding {
        keys: &["1", "2", "3", "4", "5", "6", "7", "8", "9"],
        act: |index| Act::Pace(index as u8),
        shown: &["1", "…", "9"],
        says: |words| words.ui_keys_pace_is(),
    },
    Binding {
        keys: &["n", "p"],
        act: |index| if index == 0 { Act::Next } else { Act::Previous },
        shown: &["N", "P"],
        says: |words| words.ui_keys_move(),
    },
    Binding {
        keys: &["k"],
        act: |_| Act::Crash,
        shown: &["K"],
        says: |words| words.ui_keys_crash(),
    },
    Binding {
        keys: &["r"],
        act: |_| Act::Start,
        shown: &["R"],
        says: |words| words.ui_keys_start(),
    },
    Binding {
        keys: &["+", "="],
        act: |_| Act::Add,
        shown: &["+"],
        says: |words| words.ui_keys_add(),
    },
    Binding {
        keys: &["l"],
        act: |_| Act::Language,
        shown: &["L"],
        says: |words| words.ui_keys_language(),
    },
    Binding {
        keys: &["s"],
        act: |_| Act::Share,
        shown: &["S"],
        says: |words| words.ui_keys_share(),
    },
    Binding { keys: &["?"], act: |_| Act::Help, shown: &["?"], says: |words| words.ui_keys_help() },
    Binding {
        keys: &["Escape"],
        act: |_| Act::Escape,
        shown: &["Esc"],
        says: |words| words.ui_keys_escape(),
    },
];

/// What a key asks for, if anything.
pub fn act(key: &str) -> Option<Act> {
    let small = |own: &str| own.eq_ignore_ascii_case(key);
    KEYS.iter().find_map(|binding| {
        binding.keys.iter().position(|own| small(own)).map(|index| (binding.act)(index))
    })
}

/// Whether it is a key with a character on it: such shortcuts can be turned off (WCAG 2.1.4).
pub fn is_character(key: &str) -> bool {
    key.chars().count() == 1
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn no_key_is_given_twice() {
        let mut seen = BTreeSet::new();
        for key in KEYS.iter().flat_map(|binding| binding.keys) {
            assert!(seen.insert(key.to_lowercase()), "{key}");
        }
    }

    #[test]
    fn keys_find_their_acts() {
        assert_eq!(act(" "), Some(Act::PlayPause));
        assert_eq!(act("K"), Some(Act::Crash));
        assert_eq!(act("]"), Some(Act::Faster));
        assert_eq!(act("9"), Some(Act::Pace(8)));
        assert_eq!(act("Escape"), Some(Act::Escape));
        assert_eq!(act("e"), None);
        assert!(is_character("?") && !is_character("Escape"));
    }
}
