//! What a thing is painted with, by meaning: one name per token of `styles/ink.css`, no colour.

/// A colour by what it means; each theme decides what it looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Ink {
    /// The ground of the picture.
    Stage,
    /// Plates of nodes, bars.
    Panel,
    /// The page's edge.
    Paper,
    /// Separators; decoration only, never carries meaning alone.
    Line,
    /// Links.
    Rule,
    /// Text and shapes.
    Text,
    /// Secondary text.
    Muted,
    /// Text on solid ink.
    Inverse,
    /// Text and punches on a dry cell.
    CellText,
    /// The ground of a tape.
    Slot,
    /// Empty slots.
    SlotLine,
    /// Selection, just changed, a link to a cause.
    Focus,
    /// Ground of the same.
    FocusGround,
    /// Told ok.
    Good,
    /// Ground of the same.
    GoodGround,
    /// Lost, error, cut, out of ISR.
    Bad,
    /// Ground of the same.
    BadGround,
    /// No answer yet, not yet safe.
    Doubt,
    /// Ground of the same.
    DoubtGround,
    /// Duplicates and transactions.
    Twice,
    /// Ground of the same.
    TwiceGround,
    /// Fill of a dry cell of the first key hue.
    Key0,
    /// Second key hue.
    Key1,
    /// Third key hue.
    Key2,
    /// Fourth key hue.
    Key3,
    /// Fifth key hue.
    Key4,
    /// Sixth key hue.
    Key5,
    /// Fill of a dry cell without key.
    Keyless,
    /// Edge of the first key hue, and outline of its wet ink.
    Edge0,
    /// Edge of the second key hue.
    Edge1,
    /// Edge of the third key hue.
    Edge2,
    /// Edge of the fourth key hue.
    Edge3,
    /// Edge of the fifth key hue.
    Edge4,
    /// Edge of the sixth key hue.
    Edge5,
    /// Edge of a cell without key.
    EdgeKeyless,
}

impl Ink {
    /// Every ink, in the order of [`Ink::index`].
    pub const ALL: [Ink; 35] = {
        use Ink::*;
        [
            Stage,
            Panel,
            Paper,
            Line,
            Rule,
            Text,
            Muted,
            Inverse,
            CellText,
            Slot,
            SlotLine,
            Focus,
            FocusGround,
            Good,
            GoodGround,
            Bad,
            BadGround,
            Doubt,
            DoubtGround,
            Twice,
            TwiceGround,
            Key0,
            Key1,
            Key2,
            Key3,
            Key4,
            Key5,
            Keyless,
            Edge0,
            Edge1,
            Edge2,
            Edge3,
            Edge4,
            Edge5,
            EdgeKeyless,
        ]
    };

    /// The custom property that holds this ink's colour in `styles/ink.css`.
    pub const fn token(self) -> &'static str {
        match self {
            Ink::Stage => "--stage",
            Ink::Panel => "--panel",
            Ink::Paper => "--paper",
            Ink::Line => "--line",
            Ink::Rule => "--rule",
            Ink::Text => "--ink",
            Ink::Muted => "--ink2",
            Ink::Inverse => "--inv",
            Ink::CellText => "--celltext",
            Ink::Slot => "--slot",
            Ink::SlotLine => "--slotline",
            Ink::Focus => "--focus",
            Ink::FocusGround => "--focusbg",
            Ink::Good => "--good",
            Ink::GoodGround => "--goodbg",
            Ink::Bad => "--bad",
            Ink::BadGround => "--badbg",
            Ink::Doubt => "--doubt",
            Ink::DoubtGround => "--doubtbg",
            Ink::Twice => "--dup",
            Ink::TwiceGround => "--dupbg",
            Ink::Key0 => "--k0",
            Ink::Key1 => "--k1",
            Ink::Key2 => "--k2",
            Ink::Key3 => "--k3",
            Ink::Key4 => "--k4",
            Ink::Key5 => "--k5",
            Ink::Keyless => "--kn",
            Ink::Edge0 => "--e0",
            Ink::Edge1 => "--e1",
            Ink::Edge2 => "--e2",
            Ink::Edge3 => "--e3",
            Ink::Edge4 => "--e4",
            Ink::Edge5 => "--e5",
            Ink::EdgeKeyless => "--en",
        }
    }

    /// This ink's place in [`Ink::ALL`].
    pub const fn index(self) -> usize {
        self as usize
    }
}

/// How a record's key is told: by a hue and by holes punched in three places.
///
/// The number is the rank of the key's first appearance in the scenario. Six hues; from the seventh
/// key on hue and punch part, so that 42 keys stay distinct without colour vision or with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyMark {
    /// Fill of a dry cell.
    pub fill: Ink,
    /// Edge of the cell; outline of wet ink.
    pub edge: Ink,
    /// Holes at the left, in the middle, at the right.
    pub punch: [bool; 3],
}

impl KeyMark {
    /// The mark of a record without key: pale and unpunched.
    pub const NONE: KeyMark =
        KeyMark { fill: Ink::Keyless, edge: Ink::EdgeKeyless, punch: [false; 3] };

    /// The mark of the key that appeared as number `rank`, counted from 0.
    pub fn of(rank: u32) -> KeyMark {
        const FILL: [Ink; 6] = [Ink::Key0, Ink::Key1, Ink::Key2, Ink::Key3, Ink::Key4, Ink::Key5];
        const EDGE: [Ink; 6] =
            [Ink::Edge0, Ink::Edge1, Ink::Edge2, Ink::Edge3, Ink::Edge4, Ink::Edge5];
        const PUNCH: [[bool; 3]; 7] = [
            [true, false, false],
            [false, true, false],
            [false, false, true],
            [true, true, false],
            [false, true, true],
            [true, false, true],
            [true, true, true],
        ];
        let hue = (rank % 6) as usize;
        let punch = (hue + (rank / 6 % 7) as usize) % 7;
        KeyMark { fill: FILL[hue], edge: EDGE[hue], punch: PUNCH[punch] }
    }
}
