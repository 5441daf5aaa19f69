//! Old records: the table of a log's segments, and what can be done about them.

use yew::prelude::*;

use super::config_row::ConfigRow;
use super::deeds::Controls;
use super::sheet::Mood;
use super::sheet::figure::SegmentRow;
use super::submit::signed;
use crate::locale::Words;
use crate::sim::command::{Command, ConfigTarget, Quantity};
use crate::sim::config::Spec;
use crate::sim::id::{Name, Offset};

/// The segments of one log, oldest first.
pub(super) fn segments(words: Words, rows: &[SegmentRow]) -> Html {
    let columns = [
        words.ui_segment_base(),
        words.ui_fact_size(),
        words.ui_segment_newest(),
        words.ui_fact_state(),
    ];
    let column = |name: &str| html! { <th scope="col">{ name }</th> };
    let row = |row: &SegmentRow| {
        let class = if row.mood == Mood::Plain { "" } else { "doubt" };
        html! {
            <tr>
                <th scope="row">{ &row.base }</th>
                <td>{ &row.size }</td>
                <td>{ &row.newest }</td>
                <td {class}>{ &row.fate }</td>
            </tr>
        }
    };
    html! {
        <table class="segments">
            <thead><tr>{ for columns.into_iter().map(column) }</tr></thead>
            <tbody>{ for rows.iter().map(row) }</tbody>
        </table>
    }
}

impl Controls<'_> {
    /// What decides about old records, folded; and records deleted on demand.
    pub(super) fn old_records(
        &self,
        partition: Option<(&Name, u32)>,
        target: &ConfigTarget,
        keys: &[(&'static Spec, i64)],
    ) -> Html {
        let words = self.desk.words;
        html! {
            <details>
                <summary>{ words.ui_old_records() }</summary>
                <div class="fold">
                    if let Some((topic, index)) = partition {
                        { self.delete_records(topic, index) }
                    }
                    { for keys.iter().map(|(spec, value)| html! {
                        <ConfigRow key={spec.name} desk={self.desk.clone()} spec={*spec}
                            value={*value} target={target.clone()} brief=true />
                    }) }
                </div>
            </details>
        }
    }

    /// kafka-delete-records.sh: from where on the log shall begin.
    fn delete_records(&self, topic: &Name, partition: u32) -> Html {
        let words = self.desk.words;
        let before = &self.picks.before;
        let wish = signed(words, Quantity::Offset, before, (-1, Offset::MAX));
        let topic = topic.clone();
        let wish = wish.map(|offset| Command::DeleteRecords { topic, partition, offset });
        let button = self.wishing_button(words.ui_delete_records(), wish).class("bad");
        html! {
            <div class="row">
                { self.field(words.ui_delete_before(), "", before, |it, new| it.before = new) }
                { button.hint(Some(words.ui_delete_records_hint())).html() }
            </div>
        }
    }
}
