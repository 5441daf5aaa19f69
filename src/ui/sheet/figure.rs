//! What is better seen than read: bands of who reads, and curves of lag. Plain values still.

use super::Mood;
use crate::sim::Time;

/// A drawing in a sheet. What it shows stands in its words, too.
#[derive(Clone, Debug, PartialEq)]
pub enum Figure {
    /// Who reads what, over time.
    Bands(Chart),
    /// How far behind, from the one moment to the other.
    Curves(Vec<Curve>, [Time; 2]),
    /// What a log is made of.
    Segments(Vec<SegmentRow>),
}

/// One segment of a log.
#[derive(Clone, Debug, PartialEq)]
pub struct SegmentRow {
    /// The offset that names its file.
    pub base: String,
    /// How large it is.
    pub size: String,
    /// How old its newest record is.
    pub newest: String,
    /// What will become of it.
    pub fate: String,
    /// Whether that is about to happen.
    pub mood: Mood,
}

/// How wide a figure is: all places in it are counted in thousandths.
pub const WIDTH: u32 = 1_000;

/// Rows over one axis of time.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Chart {
    /// From above.
    pub rows: Vec<Row>,
    /// The moments of rebalances.
    pub ticks: Vec<Tick>,
    /// Where the axis has its words, and what the clock showed there.
    pub axis: Vec<(u32, String)>,
    /// Its first and last moment.
    pub window: [Time; 2],
}

/// One partition, or one group.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// Its name.
    pub name: String,
    /// From the left.
    pub stretches: Vec<Stretch>,
    /// Who reads it now; nobody is not as it should be. Of a group: how it shares out.
    pub reader: (String, Mood),
    /// How long it stood still in the last stop.
    pub lately: String,
    /// How long since it was first assigned.
    pub total: String,
    /// The same bands in words.
    pub told: String,
}

/// A part of a row.
#[derive(Clone, Debug, PartialEq)]
pub struct Stretch {
    /// Where it begins.
    pub from: u32,
    /// Where it ends.
    pub to: u32,
    /// Who reads.
    pub reader: Option<Tag>,
    /// Which part of it nobody reads, in thousandths of the row's height.
    pub unread: u32,
}

/// A member's sign: never its colour alone.
#[derive(Clone, Debug, PartialEq)]
pub struct Tag {
    /// A short name or a letter.
    pub text: String,
    /// One of the six hues.
    pub hue: u32,
}

/// A moment at which a coordinator began to share out anew.
#[derive(Clone, Debug, PartialEq)]
pub struct Tick {
    /// Where it is.
    pub at: u32,
    /// When it is.
    pub when: Time,
    /// What the clock showed.
    pub clock: String,
    /// Why, in a sentence.
    pub cause: String,
}

/// The lag of one partition.
#[derive(Clone, Debug, PartialEq)]
pub struct Curve {
    /// The partition's name.
    pub name: String,
    /// From the left at even steps, in thousandths of the figure's height; none where not known.
    pub heights: Vec<Option<u32>>,
    /// How far behind it is.
    pub value: String,
    /// Where that leads.
    pub outlook: String,
    /// The two offsets that it lies between.
    pub marks: String,
    /// Most of the group's lag is here.
    pub hot: bool,
}
