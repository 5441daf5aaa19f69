//! Two futures side by side on one clock: the branch that is played, and another that follows it.

use std::cell::RefCell;
use std::rc::Rc;

use web_sys::HtmlCanvasElement;
use yew::prelude::*;

use super::branches::title;
use super::first::First;
use super::tape::Tape;
use crate::lens::Lens;
use crate::lens::looker::{Looker, pointed};
use crate::locale::Words;
use crate::metrics::ledger::Sums;
use crate::scene::extension::EXTENSION;
use crate::scene::geometry::Rect;
use crate::scene::item::Scene;
use crate::scene::view::Entity;
use crate::session::branches::BranchId;
use crate::session::twin::{Difference, differences};
use crate::session::{Pace, Ratio, Session};
use crate::stage::{Frame, Stage};
use crate::ui::desk::Desk;
use crate::ui::entity;
use crate::ui::hud::Slice;
use crate::ui::kit::{Button, Sign};
use crate::ui::state::UiAction;

/// So many due things are handled in a frame, while the other world catches up.
const PER_FRAME: u32 = 6_000;

/// The least eye time between two readings, in milliseconds.
const READING: f64 = 100.0;

/// What both need.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// The desk.
    pub desk: Desk,
    /// The running picture.
    pub lens: Lens,
    /// What it is beside; none for one picture alone.
    pub with: Option<BranchId>,
    /// The tape.
    pub tape: Slice<Tape>,
    /// What became of the promises on the branch that is played.
    pub sums: Sums,
    /// The picture that runs.
    pub children: Html,
}

/// What is read of the other world.
#[derive(Clone, Default, PartialEq)]
struct Reading {
    sums: Sums,
    /// What stands otherwise, as frames in both pictures.
    differs: [Vec<String>; 2],
    /// It is on its way to the moment: so many thousandths are done.
    coming: Option<u32>,
}

/// One picture, or two.
#[component]
pub fn Twins(props: &Props) -> Html {
    let Props { desk, lens, with, tape, sums, children } = props;
    let reading = use_state(Reading::default);
    let with = with.filter(|id| tape.branches.iter().any(|it| it.branch.id == *id));
    let both = with.is_some();
    let own = tape.branches.iter().find(|it| it.is_current).map_or(0, |it| it.branch.id);
    html! {
        <div class={if both { "stages twins" } else { "stages" }}>
            if let Some(with) = with {
                <First desk={desk.clone()} {with} tape={tape.clone()} />
            }
            <div class="half">
                if both {
                    { head(desk, tape, ("A", own), [*sums, reading.sums]) }
                }
                <div class="screen">
                    { children.clone() }
                    if both {
                        { frames(&reading.differs[0]) }
                    }
                </div>
            </div>
            if let Some(with) = with {
                <div class="half">
                    { head(desk, tape, ("B", with), [reading.sums, *sums]) }
                    <div class="screen">
                        <Other key={with} desk={desk.clone()} lens={lens.clone()} {with}
                            read={reading.setter()} />
                        { frames(&reading.differs[1]) }
                        if let Some(part) = reading.coming {
                            <p class="empty on-stage" role="status">
                                { desk.words.ui_twin_coming(i64::from(part / 10)) }
                            </p>
                        }
                    </div>
                </div>
            }
        </div>
    }
}

/// What it is, and what became of its promises; what is otherwise in the other is marked.
fn head(desk: &Desk, tape: &Tape, (letter, id): (&str, BranchId), sums: [Sums; 2]) -> Html {
    let words = desk.words;
    let view = tape.branches.iter().find(|it| it.branch.id == id);
    let title = desk.handle.read(|session| view.map(|it| title(words, session.world(), it)));
    let title = title.unwrap_or_default();
    let count = |name: &'static str, of: fn(&Sums) -> u64| {
        let (here, there) = (of(&sums[0]), of(&sums[1]));
        html! {
            <div class={(here != there).then_some("differs")}>
                <dt>{ name }</dt><dd>{ words.number(here as i64) }</dd>
            </div>
        }
    };
    html! {
        <header class="twin-head">
            <h2 title={title.clone()}><b>{ letter.to_owned() }</b>{ title }</h2>
            <dl>
                { count(words.ui_ledger_acked(), |it| it.acked) }
                { count(words.ui_consumed(), |it| it.consumed) }
                { count(words.ui_ledger_lost(), |it| it.lost) }
                { count(words.ui_ledger_duplicated(), |it| it.duplicated) }
            </dl>
        </header>
    }
}

/// Frames around what stands otherwise.
fn frames(all: &[String]) -> Html {
    html! {
        <div class="frames" aria-hidden="true">
            { for all.iter().map(|style| html! { <i style={style.clone()}></i> }) }
        </div>
    }
}

/// What the other picture needs.
#[derive(Properties, PartialEq)]
pub struct OtherProps {
    /// The desk.
    pub desk: Desk,
    /// The running picture.
    pub lens: Lens,
    /// The branch.
    pub with: BranchId,
    /// Told what is read.
    read: UseStateSetter<Reading>,
}

/// The other picture: a canvas of its own, on the clock of the first.
#[component]
pub fn Other(props: &OtherProps) -> Html {
    let canvas = use_node_ref();
    {
        let (place, lens, with) = (canvas.clone(), props.lens.clone(), props.with);
        let (ui, read) = (props.desk.ui.dispatcher(), props.read.clone());
        use_effect_with((), move |()| {
            let session = lens.handle().read(|session| session.beside(with));
            let canvas = place.cast::<HtmlCanvasElement>();
            let stage = session.zip(canvas).and_then(|(session, canvas)| {
                let looker = Rc::new(RefCell::new(Looker::default()));
                looker.borrow_mut().complete(&EXTENSION);
                let (eyes, handle) = (looker.clone(), lens.handle().clone());
                let hands = ui.clone();
                let mut follower = Follower::new(session, eyes, lens);
                Stage::on(
                    &canvas,
                    move |frame| {
                        let (scene, reading) = follower.turn(frame);
                        match reading {
                            Some(Some(reading)) => read.set(reading),
                            // Another session is played: there is nothing to be beside.
                            Some(None) => ui.dispatch(UiAction::Beside(None)),
                            None => {}
                        }
                        scene
                    },
                    move |gesture| {
                        let chosen = pointed(&handle, &looker, gesture).flatten();
                        chosen.into_iter().for_each(|it| hands.dispatch(UiAction::Point(it)));
                    },
                )
            });
            move || drop(stage)
        });
    }
    let words = props.desk.words;
    html! {
        <canvas class="stage" ref={canvas} role="img" aria-label={words.ui_twin_picture()}></canvas>
    }
}

/// The other world, wherever the clock is.
struct Follower {
    session: Session,
    looker: Rc<RefCell<Looker>>,
    lens: Lens,
    put: crate::lens::handle::Put,
    look: Option<crate::lens::look::Look>,
    told: Option<Reading>,
    since: f64,
}

impl Follower {
    fn new(session: Session, looker: Rc<RefCell<Looker>>, lens: Lens) -> Self {
        let put = lens.handle().put();
        Self { session, looker, lens, put, look: None, told: None, since: READING }
    }

    /// The picture, if it is another; and what is read, now and then: none where the session that
    /// it is beside is gone.
    fn turn(&mut self, frame: Frame) -> (Option<Rc<Scene>>, Option<Option<Reading>>) {
        let handle = self.lens.handle();
        if handle.put() != self.put {
            return (None, Some(None));
        }
        let clock = handle.read(|session| session.clock());
        self.session.set_pace(Pace::Fixed(Ratio::new(clock.ratio)));
        let from = self.session.clock().now;
        let there = from == clock.now || self.session.seek_on(clock.now, PER_FRAME);
        let look = Some(handle.look());
        let mut looker = self.looker.borrow_mut();
        let changed = self.look != look || from != self.session.clock().now;
        let restless = changed || looker.is_restless(frame.size);
        let scene = look.as_ref().filter(|_| restless);
        let scene = scene.map(|look| looker.draw(&self.session, look, frame));
        self.look = look;
        drop(looker);
        self.since += frame.elapsed;
        if self.since < READING {
            return (scene, None);
        }
        self.since = 0.0;
        let reading = Some(self.read(there));
        if self.told == reading {
            return (scene, None);
        }
        self.told.clone_from(&reading);
        (scene, Some(reading))
    }

    fn read(&self, there: bool) -> Reading {
        let (now, sums) = (self.session.clock().now, self.session.ledger().sums());
        let (own, other) = (self.lens.looker().borrow(), self.looker.borrow());
        self.lens.handle().read(|session| {
            let goal = session.clock().now;
            let part = || now.0.saturating_mul(1_000) / goal.0.max(1);
            // Of worlds at different moments nothing can be said.
            let found = match there {
                true => differences(session.world(), self.session.world()),
                false => Vec::new(),
            };
            let frames =
                |looker: &Looker| looker.scene().map(|it| around(it, &found)).unwrap_or_default();
            let differs = [frames(&own), frames(&other)];
            let coming = (!there).then(|| u32::try_from(part()).unwrap_or(0).min(1_000));
            Reading { sums, differs, coming }
        })
    }
}

/// Where in a picture these things are.
fn around(scene: &Scene, found: &[Difference]) -> Vec<String> {
    let differs = |it: &Entity| {
        found.iter().any(|difference| match difference {
            Difference::Node(node) => entity::of_node(*node).as_ref() == Some(it),
            Difference::Partition(partition) => {
                matches!(it, Entity::Replica(_, own) if own == partition)
            }
        })
    };
    let frame = |x: f32, y: f32, w: f32, h: f32| {
        format!("left:{x:.0}px;top:{y:.0}px;width:{w:.0}px;height:{h:.0}px")
    };
    let stops = scene.stops().filter(|(entity, _)| differs(entity));
    // Frames of rows that touch do not.
    let within = |it: Rect| frame(it.x + 2.0, it.y + 2.0, it.w - 4.0, it.h - 4.0);
    let mut frames: Vec<String> = stops.map(|(_, place)| within(place)).collect();
    frames.dedup();
    frames
}

/// The way back to one picture, and the other way round.
pub fn ways(desk: &Desk, with: BranchId) -> Html {
    let words: Words = desk.words;
    let close = desk.press(UiAction::Beside(None));
    let swap = {
        let (handle, ui) = (desk.handle.clone(), desk.ui.dispatcher());
        Callback::from(move |_: MouseEvent| {
            let own = handle
                .read(|session| session.branches().find(|it| it.is_current).map(|it| it.branch.id));
            let now = handle.read(|session| session.clock().now);
            if handle.branch(|session| session.switch(with)) {
                super::seeking::go(&handle, now);
                ui.dispatch(UiAction::Beside(own));
            }
        })
    };
    html! {
        <div class="buttons">
            { Button::new(words.ui_twin_swap(), swap).class("small").id("twin-swap").html() }
            { Button::new(words.ui_twin_close(), close).sign(Sign::Close).class("small")
                .id("twin-close").html() }
        </div>
    }
}
