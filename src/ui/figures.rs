//! Figures of the sheets: who reads what over time, and how lag goes. What a drawing shows stands
//! beside it in words.

use wasm_bindgen::JsCast;
use web_sys::Element;
use yew::prelude::*;

use super::desk::Desk;
use super::kit::sentence;
use super::log_life::segments;
use super::sheet::Mood;
use super::sheet::figure::{Chart, Curve, Figure, Row, Stretch, Tag, Tick, WIDTH};
use super::time::seeking::go;
use crate::locale::Words;
use crate::sim::Time;

/// A figure with its words.
pub fn figure(desk: &Desk, figure: &Figure) -> Html {
    let words = desk.words;
    match figure {
        Figure::Bands(chart) => {
            let columns = [words.ui_fact_partition(), words.ui_stood_by()];
            html! {
                <>
                    { bands(desk, chart) }
                    { ticks(desk, &chart.ticks) }
                    { table(words, columns, &chart.rows) }
                </>
            }
        }
        Figure::Curves(all, window) => curves(desk, all, *window),
        Figure::Segments(rows) => segments(words, rows),
    }
}

/// All groups over one axis, and what their rebalances have cost.
pub fn compared(desk: &Desk, chart: &Chart) -> Html {
    let words = desk.words;
    let columns = [words.ui_group(), words.ui_fact_assignor()];
    html! {
        <>
            { bands(desk, chart) }
            { table(words, columns, &chart.rows) }
        </>
    }
}

/// A member's sign.
pub fn tag(tag: &Tag) -> Html {
    let class = ["tag hue", &tag.hue.to_string()].concat();
    html! { <span {class}>{ &tag.text }</span> }
}

/// Thousandths of a width, as a share.
fn share(place: u32) -> String {
    format!("{}.{}%", place / 10, place % 10)
}

/// Goes to the moment that was pressed in a drawing of so much time. The keyboard has the scrubber.
fn scrubs(desk: &Desk, [from, to]: [Time; 2]) -> Callback<MouseEvent> {
    let handle = desk.handle.clone();
    Callback::from(move |event: MouseEvent| {
        let target = event.current_target().and_then(|it| it.dyn_into::<Element>().ok());
        let Some(place) = target.map(|it| it.get_bounding_client_rect()) else { return };
        let part = (f64::from(event.client_x()) - place.left()) / place.width().max(1.0);
        let span = to.since(from).0 as f64;
        go(&handle, Time(from.0 + (span * part.clamp(0.0, 1.0)) as u64));
    })
}

fn bands(desk: &Desk, chart: &Chart) -> Html {
    let words = desk.words;
    let onclick = scrubs(desk, chart.window);
    let rows = chart.rows.iter().map(|row| {
        html! {
            <div class="band">
                <span>{ &row.name }</span>
                <div class="scrubs" onclick={onclick.clone()} title={words.ui_go_there()}>
                    { for row.stretches.iter().map(stretch) }
                </div>
            </div>
        }
    });
    let tick = |(number, tick): (usize, &Tick)| {
        let style = ["left:", &share(tick.at)].concat();
        html! { <i {style}><b>{ number + 1 }</b></i> }
    };
    let hour = |(at, clock): &(u32, String)| {
        // The first hangs to the right of its place and the last to the left: neither is cut.
        let (left, back) = (share(*at), share(*at));
        let style = format!("left:{left};transform:translateX(-{back})");
        html! { <span {style}>{ clock }</span> }
    };
    html! {
        <div class="bands" aria-hidden="true">
            if !chart.ticks.is_empty() {
                <div class="moments">
                    <div>{ for chart.ticks.iter().enumerate().map(tick) }</div>
                </div>
            }
            { for rows }
            <div class="axis"><div>{ for chart.axis.iter().map(hour) }</div></div>
            <p class="nobody"><i class="unread"></i>{ words.ui_stood_sign() }</p>
        </div>
    }
}

fn stretch(stretch: &Stretch) -> Html {
    let (left, width) = (share(stretch.from), share(stretch.to.saturating_sub(stretch.from)));
    let place = format!("left:{left};width:{width}");
    match &stretch.reader {
        Some(tag) => {
            // A sign that does not fit is left out whole.
            let room = 30 + 35 * tag.text.chars().count() as u32;
            let sign = if stretch.to >= stretch.from + room { &*tag.text } else { "" };
            let class = ["hue", &tag.hue.to_string()].concat();
            html! { <span {class} style={place}>{ sign }</span> }
        }
        None if stretch.unread == 0 => html! { <span class="read" style={place}></span> },
        None => {
            let style = format!("{place};height:{}", share(stretch.unread.min(WIDTH)));
            html! { <span class="unread" {style}></span> }
        }
    }
}

/// Each rebalance with its cause; the numbers are those of the drawing.
fn ticks(desk: &Desk, ticks: &[Tick]) -> Html {
    if ticks.is_empty() {
        return Html::default();
    }
    let line = |tick: &Tick| {
        let (handle, when) = (desk.handle.clone(), tick.when);
        let onclick = Callback::from(move |_: MouseEvent| go(&handle, when));
        html! {
            <li>
                <button type="button" class="moment" {onclick} title={desk.words.ui_go_there()}>
                    <time>{ &tick.clock }</time>
                </button>
                { " " }{ sentence(&tick.cause) }
            </li>
        }
    };
    html! { <ol class="ticked">{ for ticks.iter().map(line) }</ol> }
}

fn table(words: Words, [name, reader]: [&'static str; 2], rows: &[Row]) -> Html {
    let head = [name, " · ", reader].concat();
    let columns = [&*head, words.ui_stood_lately(), words.ui_stood_total()];
    let column = |name: &str| html! { <th scope="col">{ name }</th> };
    let row = |row: &Row| {
        let class = if row.reader.1 == Mood::Bad { "bad" } else { "" };
        html! {
            <tr>
                <th scope="row">{ &row.name }{ " " }<span {class}>{ &row.reader.0 }</span></th>
                <td>{ &row.lately }</td>
                <td>{ &row.total }</td>
            </tr>
        }
    };
    html! {
        <>
            <table class="stood">
                <thead><tr>{ for columns.into_iter().map(column) }</tr></thead>
                <tbody>{ for rows.iter().map(row) }</tbody>
            </table>
            <ul class="unseen">{ for rows.iter().map(|row| html! { <li>{ &row.told }</li> }) }</ul>
        </>
    }
}

fn curves(desk: &Desk, all: &[Curve], window: [Time; 2]) -> Html {
    let onclick = scrubs(desk, window);
    let line = |curve: &Curve| {
        let (line, area) = paths(&curve.heights);
        let view_box = format!("0 0 {WIDTH} {WIDTH}");
        html! {
            <div class={if curve.hot { "hot" } else { "" }}>
                <dt>{ &curve.name }</dt>
                <dd>
                    <svg class="scrubs" viewBox={view_box} preserveAspectRatio="none"
                        aria-hidden="true" onclick={onclick.clone()}>
                        <path class="area" d={area} /><path class="line" d={line} />
                    </svg>
                    <p>
                        <b>{ &curve.value }</b>
                        <span>{ &curve.outlook }</span>
                        <small>{ &curve.marks }</small>
                    </p>
                </dd>
            </div>
        }
    };
    html! { <dl class="curves">{ for all.iter().map(line) }</dl> }
}

/// A curve through the heights that are known, and the ground under it, in a square of [`WIDTH`].
fn paths(heights: &[Option<u32>]) -> (String, String) {
    let (mut line, mut area) = (String::new(), String::new());
    let last = heights.len().saturating_sub(1).max(1) as u32;
    let mut before = None;
    for (index, height) in (0..).zip(heights) {
        let x = index * WIDTH / last;
        if let Some(height) = height {
            let y = WIDTH - height.min(&WIDTH);
            match before {
                Some(_) => {
                    line.push_str(&format!("L{x} {y}"));
                    area.push_str(&format!("L{x} {y}"));
                }
                None => {
                    line.push_str(&format!("M{x} {y}"));
                    area.push_str(&format!("M{x} {WIDTH}L{x} {y}"));
                }
            }
            before = Some(x);
        } else if let Some(x) = before.take() {
            area.push_str(&format!("L{x} {WIDTH}Z"));
        }
    }
    if let Some(x) = before {
        area.push_str(&format!("L{x} {WIDTH}Z"));
    }
    (line, area)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_known_is_a_gap() {
        let (line, area) = paths(&[None, Some(0), Some(500), None, Some(2_000)]);
        assert_eq!(line, "M250 1000L500 500M1000 0");
        assert_eq!(area, "M250 1000L250 1000L500 500L500 1000ZM1000 1000L1000 0L1000 1000Z");
    }
}
