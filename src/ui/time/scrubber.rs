//! The slider of time: what was played, what happened on the way, and where the cursor is.

use yew::prelude::*;

use super::axis::{Axis, MOST_ZOOM};
use super::marks::{Mark, drawing};
use super::seeking::{Hold, go, seek};
use super::tape::Tape;
use crate::locale::Words;
use crate::session::Clock;
use crate::sim::Time;
use crate::ui::desk::Desk;
use crate::ui::hud::Slice;
use crate::ui::kit::{Button, Sign, typed};
use crate::ui::state::UiAction;

/// Into so many steps the slider is parted, whatever it shows.
const STEPS: u64 = 2_000;

/// The scrubber.
pub fn scrubber(desk: &Desk, clock: Clock, tape: &Slice<Tape>) -> Html {
    html! { <Scrubber desk={desk.clone()} now={clock.now} tape={tape.clone()} /> }
}

/// What the scrubber needs.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// The desk.
    pub desk: Desk,
    /// Where the cursor is.
    pub now: Time,
    /// What there is.
    pub tape: Slice<Tape>,
}

/// The slider with marks above it and times below.
#[component]
pub fn Scrubber(props: &Props) -> Html {
    let Props { desk, now, tape } = props;
    let (words, axis) = (desk.words, tape.axis);
    let hold = use_mut_ref(Hold::default);
    let to = move |event: &Event| {
        let step = typed(event)?.parse::<u64>().ok()?.min(STEPS);
        Some(Time(axis.from.0 + axis.length().0 * step / STEPS))
    };
    let oninput = {
        let (handle, hold) = (desk.handle.clone(), hold.borrow().clone());
        Callback::from(move |event: InputEvent| {
            hold.take(&handle);
            to(&event).into_iter().for_each(|to| seek(&handle, to));
        })
    };
    let onchange = {
        let (handle, hold) = (desk.handle.clone(), hold.borrow().clone());
        Callback::from(move |_: Event| hold.release(&handle))
    };
    let onwheel = {
        let ui = desk.ui.dispatcher();
        Callback::from(move |event: WheelEvent| {
            event.prevent_default();
            if event.delta_y() != 0.0 {
                ui.dispatch(UiAction::Zoom(if event.delta_y() < 0.0 { 1 } else { -1 }));
            }
        })
    };
    let value = (axis.place_beyond(*now) / 1000.0 * STEPS as f32).round() as u64;
    let (clock, micros) = words.clock(now.0);
    let (played, here) = (axis.place_beyond(tape.reach), axis.place_beyond(*now));
    let branches = tape.branches.iter().filter(|it| it.branch.parent.is_some());
    let parted = branches.map(|it| it.branch.parted);
    html! {
        <div class="scrubber" {onwheel}>
            <div class="marks" aria-hidden="true">
                { for tape.marks.all.iter().map(|it| mark(desk, it)) }
            </div>
            <div class="rail">
                <svg viewBox="0 0 1000 100" preserveAspectRatio="none" aria-hidden="true">
                    if let Some(curve) = &tape.marks.curve {
                        <path class="curve" d={curve.clone()} />
                    }
                </svg>
                <i class="unplayed"></i>
                <i class="played" style={width(played)}></i>
                <i class="passed" style={width(here)}></i>
                { for parted.filter_map(|at| axis.place(at)).map(|place| html! {
                    <i class="fork" style={left(place)}></i>
                }) }
                <input type="range" id="scrub" min="0" max={STEPS.to_string()} step="1"
                    value={value.to_string()} aria-label={words.ui_scrub()}
                    aria-valuetext={[clock, micros].concat()} title={words.ui_scrub_hint()}
                    {oninput} {onchange} />
            </div>
            <ol class="times" aria-hidden="true">{ times(words, axis) }</ol>
            { zoom(desk) }
        </div>
    }
}

fn left(place: f32) -> String {
    format!("left:{:.2}%", place / 10.0)
}

fn width(place: f32) -> String {
    format!("width:{:.2}%", place / 10.0)
}

fn mark(desk: &Desk, mark: &Mark) -> Html {
    let (path, class) = drawing(mark.kind);
    let (handle, at) = (desk.handle.clone(), mark.at);
    let onclick = Callback::from(move |_| go(&handle, at));
    html! {
        <button type="button" tabindex="-1" {class} style={left(mark.place)}
            title={mark.said.clone()} {onclick}>
            <svg viewBox="0 0 20 20"><path d={path} /></svg>
        </button>
    }
}

fn times(words: Words, axis: Axis) -> Html {
    let time = |at: Time| {
        let place = axis.place_beyond(at);
        let end = match () {
            () if place < 30.0 => "first",
            () if place > 960.0 => "last",
            () => "",
        };
        let said = match at {
            Time::ZERO => words.number(0),
            at => words.span(at.0),
        };
        html! { <li class={end} style={left(place)}>{ said }</li> }
    };
    axis.ticks().map(time).collect()
}

fn zoom(desk: &Desk) -> Html {
    let (words, zoom) = (desk.words, desk.ui.zoom);
    let press = |by: i8| desk.press(UiAction::Zoom(by));
    html! {
        <div class="zoom">
            if zoom < MOST_ZOOM {
                { Button::bare(Sign::ZoomIn, words.ui_zoom_in(), press(1)).class("tiny").html() }
            }
            if zoom > 0 {
                { Button::bare(Sign::ZoomOut, words.ui_zoom_out(), press(-1)).class("tiny").html() }
            }
        </div>
    }
}
