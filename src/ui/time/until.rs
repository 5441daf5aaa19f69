//! "Run until": what is waited for, the look ahead, and the way there.

use std::cell::RefCell;
use std::rc::Rc;

use yew::prelude::*;

use super::marks;
use super::seeking::go;
use crate::lens::handle::Handle;
use crate::locale::Words;
use crate::metrics::gauges::Lag;
use crate::scene::view::Entity;
use crate::session::Session;
use crate::session::hunt::{Fate, Hunt, REACH, Search, Sight, Until};
use crate::session::mark::Kind;
use crate::session::subject::Subject;
use crate::sim::id::{ClientId, Name, Node, RecordId};
use crate::sim::{Event, Time};
use crate::ui::desk::Desk;
use crate::ui::hud::Slice;
use crate::ui::kit::{Button, Sign, Text, pick, refused, sentence, text, typed};
use crate::ui::page::in_slices;
use crate::ui::panels::Roster;
use crate::ui::sheet::{Clerk, message};
use crate::ui::state::UiAction;
use crate::ui::submit::named;
use crate::ui::telling::about;

/// So many moments are handled before the page may do something else.
const SLICE: u32 = 2_000;

/// What is waited for, without its details.
#[derive(Clone, Copy, PartialEq, Debug)]
enum What {
    Message,
    Event,
    UnderMinIsr,
    Lag,
    Record,
    Lost,
    Duplicated,
}

/// A wish in the making.
#[derive(Clone, PartialEq)]
struct Draft {
    what: What,
    kind: usize,
    fate: usize,
    /// 0 is any group.
    group: usize,
    above: String,
}

/// Whether to go there at once, or to watch until then.
#[derive(Clone, Copy, PartialEq)]
enum Way {
    Jump,
    Play,
}

/// How far the look ahead is.
#[derive(Clone, PartialEq)]
enum Found {
    Nothing,
    Looking(u32),
    Said(String),
}

/// What the plate needs.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// The desk.
    pub desk: Desk,
    /// What there is.
    pub roster: Slice<Roster>,
}

/// The plate.
#[component]
pub fn UntilForm(props: &Props) -> Html {
    let Props { desk, roster } = props;
    let words = desk.words;
    let draft = use_state(|| Draft {
        what: if subject(&desk.handle).is_some() { What::Message } else { What::Event },
        kind: 0,
        fate: 1,
        group: 0,
        above: "10".to_owned(),
    });
    let found = use_state(|| Found::Nothing);
    let hunt = use_mut_ref(|| None::<Rc<RefCell<Hunt>>>);
    // Whoever wishes something else no longer waits for this.
    {
        let (hunt, found) = (hunt.clone(), found.setter());
        use_effect_with((*draft).clone(), move |_| {
            hunt.replace(None);
            found.set(Found::Nothing);
        });
    }
    let wish = wish(desk, roster, &draft);
    let press = |way: Way| {
        let (desk, found, hunt, wish) = (desk.clone(), found.setter(), hunt.clone(), wish.clone());
        Callback::from(move |_: MouseEvent| {
            let begun = wish.clone().and_then(|it| desk.handle.read(|session| session.hunt(it)));
            let begun = begun.map(|it| Rc::new(RefCell::new(it)));
            desk.handle.hold();
            let weak = begun.as_ref().map(Rc::downgrade);
            hunt.replace(begun);
            weak.into_iter().for_each(|hunt| seek(&desk, hunt, way, found.clone()));
        })
    };
    let cancel = {
        let (hunt, found) = (hunt.clone(), found.setter());
        Callback::from(move |_: MouseEvent| {
            hunt.replace(None);
            found.set(Found::Nothing);
        })
    };
    let looking = matches!(*found, Found::Looking(_));
    html! {
        <div class="until">
            <p>{ words.ui_until_intro() }</p>
            <fieldset>
                <legend class="unseen">{ words.ui_until() }</legend>
                { for rows(desk, roster, &draft) }
            </fieldset>
            <div class="buttons">
                { Button::new(words.ui_until_play(), press(Way::Play)).sign(Sign::Play)
                    .class("strong").enabled(wish.is_some() && !looking).id("until-play").html() }
                { Button::new(words.ui_until_jump(), press(Way::Jump)).sign(Sign::Step)
                    .enabled(wish.is_some() && !looking).id("until-jump").html() }
                if looking {
                    { Button::new(words.ui_cancel(), cancel).html() }
                }
            </div>
            <p role="status">{ match &*found {
                Found::Nothing => Html::default(),
                Found::Looking(part) => words.ui_until_looking(i64::from(part / 10)).into(),
                Found::Said(said) => sentence(said),
            } }</p>
        </div>
    }
}

/// Looks ahead until it is found, or nobody waits any more.
fn seek(desk: &Desk, hunt: std::rc::Weak<RefCell<Hunt>>, way: Way, found: UseStateSetter<Found>) {
    let desk = desk.clone();
    let (put, jumps) = (desk.handle.put(), desk.handle.read(Session::jumps));
    in_slices(Box::new(move || {
        let Some(hunt) = hunt.upgrade() else { return false };
        // Somebody went elsewhere: what lies ahead from there is something else.
        if desk.handle.put() != put || desk.handle.read(Session::jumps) != jumps {
            found.set(Found::Nothing);
            return false;
        }
        let words = desk.words;
        let said = match hunt.borrow_mut().go_on(SLICE) {
            Search::Going(part) => {
                found.set(Found::Looking(part));
                return true;
            }
            Search::Found(at, sight) => {
                arrive(&desk, at, &sight, way);
                words.ui_until_found(&words.clock(at.0).0, &told(&desk, &sight))
            }
            Search::Already(sight) => words.ui_until_already(&told(&desk, &sight)),
            Search::Nothing(_) => words.ui_until_nothing(&words.span(REACH.0)),
        };
        found.set(Found::Said(said));
        false
    }));
}

/// Goes there, and points at what it is about.
fn arrive(desk: &Desk, at: Time, sight: &Sight, way: Way) {
    match way {
        Way::Jump => go(&desk.handle, at),
        Way::Play => desk.handle.play_until(at),
    }
    let about = desk.handle.read(|session| match sight {
        Sight::Event(it) => match it.event {
            // Whose messages are followed is chosen already.
            Event::Sent(_) | Event::Arrived(_) => None,
            _ => about(session.world(), it),
        },
        Sight::Partition(partition) | Sight::Record(_, Some(partition)) => {
            Some(Entity::Partition(*partition))
        }
        Sight::Lag(lag) => Some(Entity::Group(lag.group.clone())),
        Sight::Record(_, None) => None,
    });
    match about.or_else(|| desk.handle.look().chosen) {
        Some(it) => desk.ui.dispatch(UiAction::Point(it)),
        None => desk.ui.dispatch(UiAction::Drawer(!desk.ui.screen.phone)),
    }
}

fn told(desk: &Desk, sight: &Sight) -> String {
    let words = desk.words;
    desk.handle.read(|session| {
        let world = session.world();
        match sight {
            Sight::Event(stamped) => match &stamped.event {
                Event::Commanded(command) => words.command(command, world),
                Event::Sent(it) => words.ui_until_sent(
                    &message::title(&it.body),
                    &words.node(it.from, world),
                    &words.node(it.to, world),
                ),
                Event::Arrived(it) => words.ui_until_arrived(
                    &message::title(&it.body),
                    &words.node(it.from, world),
                    &words.node(it.to, world),
                ),
                _ => words.tell(stamped, world).unwrap_or_default(),
            },
            Sight::Partition(partition) => {
                words.ui_until_is_under(&words.partition(*partition, world))
            }
            Sight::Lag(Lag { group, partition, .. }) => {
                words.ui_until_is_behind(group, &words.partition(*partition, world))
            }
            Sight::Record(id, _) => record_name(words, session, *id),
        }
    })
}

fn record_name(words: Words, session: &Session, id: RecordId) -> String {
    let producer = words.node(Node::Client(id.client), session.world());
    words.ui_until_record_of(&producer, &words.number(id.number as i64))
}

/// To the next message of what is chosen, and holds time there; nowhere, if none comes soon.
pub fn next_message(handle: &Handle) {
    let until = subject(handle).map(Until::Message);
    let hunt = until.and_then(|it| handle.read(|session| session.hunt(it)));
    if let Some(Search::Found(at, _)) = hunt.map(|mut it| it.go_on(SLICE)) {
        go(handle, at);
    }
}

/// Whose messages are followed: what is chosen.
fn subject(handle: &Handle) -> Option<Subject> {
    Some(match handle.look().chosen? {
        Entity::Controller(id) => Subject::Node(Node::Controller(id)),
        Entity::Broker(id) => Subject::Node(Node::Broker(id)),
        Entity::Client(id) => Subject::Node(Node::Client(id)),
        Entity::Link(one, other) => Subject::Link(one, other),
        Entity::Partition(it) | Entity::Replica(_, it) => Subject::Partition(it),
        Entity::Topic(it) => Subject::Topic(it),
        Entity::Group(it) => Subject::Group(it),
        Entity::Message(it) => Subject::Message(it),
        it @ Entity::Record(..) => Subject::Record(record_at(handle, &it)?),
    })
}

/// What an application sent that stands here.
fn record_at(handle: &Handle, entity: &Entity) -> Option<RecordId> {
    let Entity::Record(broker, partition, offset) = entity else { return None };
    handle.read(|session| {
        let log = session.world().brokers.get(broker)?.disk.logs.get(partition)?;
        let mut there = log.batch_at(*offset)?.iter();
        there.find(|(at, _)| at == offset)?.1.id
    })
}

/// The record that is chosen; else the next one of the producer that is, or of the first one.
fn record(desk: &Desk, roster: &Roster) -> Option<RecordId> {
    if let Some(id) = desk.ui.chosen.as_ref().and_then(|it| record_at(&desk.handle, it)) {
        return Some(id);
    }
    let chosen = match desk.ui.chosen {
        Some(Entity::Client(id)) => Some(id),
        _ => None,
    };
    let own = |id: &ClientId| roster.producers.iter().any(|(it, _)| it == id);
    let client = chosen.filter(own).or_else(|| Some(roster.producers.first()?.0))?;
    desk.handle.read(|session| {
        let last = session.ledger().entries_of(client).next_back();
        Some(RecordId { client, number: last.map_or(0, |it| it.record.number + 1) })
    })
}

fn wish(desk: &Desk, roster: &Roster, draft: &Draft) -> Option<Until> {
    Some(match draft.what {
        What::Message => Until::Message(subject(&desk.handle)?),
        What::Event => Until::Event(*Kind::ALL.get(draft.kind)?),
        What::UnderMinIsr => Until::UnderMinIsr,
        What::Lag => {
            let group = draft.group.checked_sub(1);
            let group = group.map(|place| roster.groups.get(place).cloned());
            if group == Some(None) {
                return None;
            }
            let above = above(desk.words, &draft.above).ok()?;
            Until::Lag { group: group.flatten(), above: u64::from(above) }
        }
        What::Record => Until::Record(record(desk, roster)?, *Fate::ALL.get(draft.fate)?),
        What::Lost => Until::AnyLost,
        What::Duplicated => Until::AnyDuplicated,
    })
}

/// Every wish, the details under the one that is chosen.
fn rows(desk: &Desk, roster: &Roster, draft: &UseStateHandle<Draft>) -> Vec<Html> {
    let words = desk.words;
    let thing = subject(&desk.handle).and(desk.ui.chosen.clone());
    let thing = thing.map(|it| desk.handle.read(|session| Clerk { words, session }.name(&it)));
    let message = match &thing {
        Some(name) => words.ui_until_message(name),
        None => words.ui_until_message_none().to_owned(),
    };
    let record =
        record(desk, roster).map(|id| desk.handle.read(|session| record_name(words, session, id)));
    let row = |what: What, label: &str, enabled: bool, details: Html| {
        let chosen = draft.what == what;
        let pressed = draft.clone();
        let onchange = Callback::from(move |_: yew::Event| {
            pressed.set(Draft { what, ..(*pressed).clone() });
        });
        html! {
            <div class="wish">
                <label class="check">
                    <input type="radio" name="until" checked={chosen} disabled={!enabled}
                        {onchange} />
                    <span>{ sentence(label) }</span>
                </label>
                if chosen {
                    { details }
                }
            </div>
        }
    };
    let mut rows = vec![
        row(What::Message, &message, thing.is_some(), Html::default()),
        row(What::Event, words.ui_until_event(), true, kinds(words, draft)),
        row(What::UnderMinIsr, words.ui_until_under(), true, Html::default()),
        row(What::Lag, words.ui_until_lag(), true, lag(words, &roster.groups, draft)),
    ];
    if let Some(name) = record {
        let label = words.ui_until_record(&name);
        rows.push(row(What::Record, &label, true, fates(words, draft)));
    }
    rows.push(row(What::Lost, words.ui_until_any_lost(), true, Html::default()));
    rows.push(row(What::Duplicated, words.ui_until_duplicated(), true, Html::default()));
    rows
}

fn kinds(words: Words, draft: &UseStateHandle<Draft>) -> Html {
    let names: Vec<AttrValue> =
        Kind::ALL.iter().map(|kind| AttrValue::Static(marks::name(*kind, words))).collect();
    let set = draft.clone();
    pick(
        words.ui_until_kind(),
        &names,
        draft.kind,
        Callback::from(move |kind| {
            set.set(Draft { kind, ..(*set).clone() });
        }),
    )
}

fn fates(words: Words, draft: &UseStateHandle<Draft>) -> Html {
    let name = |fate: &Fate| match fate {
        Fate::Acked => words.ui_until_acked(),
        Fate::Committed => words.ui_until_committed(),
        Fate::Visible => words.ui_until_visible(),
        Fate::Processed => words.ui_until_processed(),
        Fate::Lost => words.ui_until_lost(),
    };
    let names: Vec<AttrValue> = Fate::ALL.iter().map(|it| AttrValue::Static(name(it))).collect();
    let set = draft.clone();
    pick(
        words.ui_until_fate(),
        &names,
        draft.fate,
        Callback::from(move |fate| {
            set.set(Draft { fate, ..(*set).clone() });
        }),
    )
}

fn lag(words: Words, groups: &[Name], draft: &UseStateHandle<Draft>) -> Html {
    let any = AttrValue::Static(words.ui_until_any_group());
    let names: Vec<AttrValue> = std::iter::once(any)
        .chain(groups.iter().map(|name| AttrValue::from(name.to_string())))
        .collect();
    let (set, entered) = (draft.clone(), draft.clone());
    let oninput = Callback::from(move |event: InputEvent| {
        let above = typed(&event).unwrap_or_default();
        entered.set(Draft { above, ..(*entered).clone() });
    });
    let wrong = above(words, &draft.above).err().map(AttrValue::from);
    html! {
        <div class="pair">
            { pick(words.ui_until_group(), &names, draft.group, Callback::from(move |group| {
                set.set(Draft { group, ..(*set).clone() });
            })) }
            { text(Text {
                label: words.ui_until_above(),
                value: draft.above.clone().into(),
                numeric: true,
                unit: None,
                hint: None,
                oninput,
            }) }
            { refused(wrong.as_ref()) }
        </div>
    }
}

/// The lag that is waited for, in records.
fn above(words: Words, text: &str) -> Result<u32, String> {
    named(words, words.ui_until_above(), text, (0, 1_000_000))
}
