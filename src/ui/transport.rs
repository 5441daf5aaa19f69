//! Playback: run, hold, step, to any moment, how fast, and what time it is.

use yew::prelude::*;

use super::desk::Desk;
use super::hud::Slice;
use super::kit::{Button, Sign, typed};
use super::paces::{self, STOPS, Stop};
use super::state::{Plate, UiAction};
use super::time::{Tape, scrubber};
use crate::lens::handle::Handle;
use crate::locale::Words;
use crate::session::{Clock, Pace};
use crate::sim::Time;

/// The bar under the stage.
pub fn transport(desk: &Desk, clock: Clock, tape: &Slice<Tape>) -> Html {
    let words = desk.words;
    let back = clock.playing && clock.backwards;
    let (sign, label, hint) = match clock.playing && !back {
        true => (Sign::Pause, words.ui_pause(), words.ui_pause_key()),
        false => (Sign::Play, words.ui_play(), words.ui_play_key()),
    };
    let restart = desk.act(|handle| {
        // A scenario that could be once can be again.
        let _ = handle.restart();
    });
    html! {
        <footer class="transport" aria-label={words.ui_transport()} id="controls" tabindex="-1">
            <div class="buttons">
                { Button::bare(Sign::Restart, words.ui_restart_scenario(), restart)
                    .class("round").id("restart").html() }
                { Button::bare(Sign::Back, words.ui_play_back(), desk.act(Handle::play_back_pause))
                    .hint(Some(words.ui_play_back_key())).pressed(back).class("round rare")
                    .id("play-back").html() }
                { Button::bare(Sign::StepBack, words.ui_step_back(), desk.act(Handle::step_back))
                    .hint(Some(words.ui_step_back_key())).class("round").id("step-back").html() }
                { Button::bare(sign, label, desk.act(Handle::play_pause)).hint(Some(hint))
                    .class("round strong").id("play").html() }
                { Button::bare(Sign::Step, words.ui_step(), desk.act(Handle::step))
                    .hint(Some(words.ui_step_key())).class("round").id("step").html() }
            </div>
            { reading(words, clock) }
            { until(desk) }
            { branches(desk, tape) }
            { scrubber(desk, clock, tape) }
            { pace(words, clock, &desk.handle) }
        </footer>
    }
}

/// The way to the moment at which something is so.
fn until(desk: &Desk) -> Html {
    let words = desk.words;
    let open = desk.ui.plate == Some(Plate::Until);
    Button::bare(Sign::Until, words.ui_until(), desk.press(UiAction::Toggle(Plate::Until)))
        .hint(Some(words.ui_until_key()))
        .class("rare")
        .expanded(open)
        .id("until-open")
        .html()
}

/// How many futures there are, and the way to them.
fn branches(desk: &Desk, tape: &Tape) -> Html {
    let words = desk.words;
    let count = tape.branches.len() as i64;
    let press = desk.press(UiAction::Toggle(Plate::Branches));
    let open = desk.ui.plate == Some(Plate::Branches);
    let button = match count {
        1 => Button::bare(Sign::Branch, words.ui_branches(), press),
        _ => Button::new(words.number(count), press).sign(Sign::Branch),
    };
    button.hint(Some(words.ui_branches())).class("rare").expanded(open).id("branches-open").html()
}

/// The clock and the momentary ratio.
fn reading(words: Words, clock: Clock) -> Html {
    let (digits, micros) = words.clock(clock.now.0);
    let pace = match clock.pace {
        Pace::Story => words.ui_pace_story(),
        Pace::Fixed(_) => words.ui_pace_fixed(),
    };
    html! {
        <div class="reading">
            <span class="unseen">{ words.ui_clock() }</span>
            <output class="clock">{ digits }<small>{ micros }</small></output>
            <span class="ratio">
                <b>{ match () {
                    () if !clock.playing => words.ui_paused(),
                    () if clock.backwards => words.ui_backwards(),
                    () => pace,
                } }</b>
                <span class="mono">{ paces::ratio(words, clock.ratio) }</span>
                if clock.stop != Time::NEVER && clock.playing && !clock.backwards {
                    <span class="stops">{ words.ui_until_at(&words.clock(clock.stop.0).0) }</span>
                }
                if clock.lagging {
                    <span class="doubt">{ words.ui_lagging() }</span>
                }
            </span>
        </div>
    }
}

/// The slider; its stops are those of the keys 1 to 9.
fn pace(words: Words, clock: Clock, handle: &Handle) -> Html {
    let handle = handle.clone();
    let slid = Callback::from(move |event: Event| {
        let place = typed(&event).and_then(|text| text.parse::<usize>().ok());
        if let Some(stop) = place.and_then(|place| STOPS.get(place)) {
            handle.set_pace(stop.pace());
        }
    });
    let place = paces::nearest(clock.pace);
    let name = |stop| paces::name(words, stop);
    html! {
        <div class="pace">
            <label for="pace" class="label">{ words.ui_pace() }</label>
            <input type="range" id="pace" min="0" max={(STOPS.len() - 1).to_string()} step="1"
                value={place.to_string()} aria-valuetext={name(STOPS[place])}
                title={words.ui_pace_story_hint()} onchange={slid} />
            <span class="stop" aria-hidden="true">{ tick(words, STOPS[place]) }</span>
        </div>
    }
}

/// The stop that the slider is at; the story's is brief.
fn tick(words: Words, stop: Stop) -> String {
    match stop {
        Stop::Story => words.ui_pace_story_tick().to_owned(),
        stop => paces::name(words, stop),
    }
}
