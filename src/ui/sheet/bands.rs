//! Who reads which partition of a group, when it stood still, and why it was shared out anew.

use super::figure::{Chart, Row, Stretch, Tag, Tick, WIDTH};
use super::group::coordinated;
use super::{Clerk, Mood};
use crate::metrics::stoppage::{Course, Reader, Rebalance, Track, Vacancy};
use crate::sim::id::{ClientId, Name, Node};
use crate::sim::ordered::{self, Set};
use crate::sim::{Event, Span, Stamped, Time};

/// How much of the past a figure shows.
pub(super) const SHOWN: Span = Span::secs(60);
/// A figure of a world that has just begun shows no less.
const LEAST: Span = Span::secs(10);
/// How many bands of a partition and rebalances of a group are told in words.
const TOLD: usize = 6;
/// Names up to this long stand in the bands; letters where one of them is longer.
const SHORT: usize = 3;

/// The stretch of time that a figure shows.
#[derive(Clone, Copy)]
struct Window {
    from: Time,
    to: Time,
}

impl Window {
    /// Up to now, by tenths of a second.
    fn until(now: Time) -> Self {
        let to = Time(now.0 / 100_000 * 100_000).max(Time::ZERO + LEAST);
        let from = Time(to.0.saturating_sub(SHOWN.0));
        Self { from, to }
    }

    fn place(self, at: Time) -> u32 {
        let whole = self.to.since(self.from).0.max(1);
        let part = at.since(self.from).0.min(whole) * u64::from(WIDTH) / whole;
        part as u32
    }

    fn shows(self, at: Time) -> bool {
        at >= self.from && at <= self.to
    }
}

/// The signs of a group's members: whoever is in it, and whoever was lately.
#[derive(Clone, Debug)]
pub(super) struct Tags {
    members: Vec<(ClientId, String)>,
}

impl Tags {
    /// None for somebody who never was in the group.
    pub(super) fn of(&self, member: ClientId) -> Option<Tag> {
        let index = self.members.iter().position(|(id, _)| *id == member)?;
        let short = self.members.iter().all(|(_, name)| name.chars().count() <= SHORT);
        let text = match (short, u8::try_from(index).ok().filter(|index| *index < 26)) {
            (true, _) => self.members.get(index)?.1.clone(),
            (false, Some(index)) => char::from(b'A' + index).to_string(),
            (false, None) => (index + 1).to_string(),
        };
        Some(Tag { text, hue: (index % 6) as u32 })
    }
}

impl Clerk<'_> {
    pub(super) fn tags(self, group: &Name, course: Option<&Course>) -> Tags {
        let consumers = self.world().clients.iter().filter_map(|(id, client)| {
            client.as_consumer().filter(|consumer| consumer.group == *group).map(|_| *id)
        });
        let tracks = course.into_iter().flat_map(|course| course.tracks());
        let readers =
            tracks.flat_map(|(_, track)| track.bands()).filter_map(|band| match band.reader {
                Reader::Member(id) => Some(id),
                Reader::Nobody(_) => None,
            });
        let all: Set<ClientId> = consumers.chain(readers).collect();
        let named = |id: &ClientId| (*id, self.node(Node::Client(*id)));
        Tags { members: all.iter().map(named).collect() }
    }

    /// The bands of a group, one row a partition.
    pub(super) fn chart(self, group: &Name, course: &Course, tags: &Tags) -> Chart {
        let window = Window::until(self.world().now);
        let rows = course
            .tracks()
            .map(|(partition, track)| self.row(self.part(partition), track, tags, window));
        Chart {
            rows: rows.collect(),
            ticks: self.ticks(group, course, window),
            axis: self.axis(window),
            window: [window.from, window.to],
        }
    }

    /// All groups over one axis, one row a group: how much of each nobody read. For comparing what
    /// protocols cost.
    pub fn compared(self) -> Chart {
        let window = Window::until(self.world().now);
        let names = self.world().group_names();
        let rows = names.iter().filter_map(|name| {
            let mut members =
                self.world().clients.values().filter_map(|client| client.as_consumer());
            if members.any(|member| member.is_share() && member.group == *name) {
                return None; // Everybody reads everything there.
            }
            let course = self.session.stoppages().group(name)?;
            (course.tracks().count() > 0).then(|| self.group_row(name, course, window))
        });
        Chart {
            rows: rows.collect(),
            ticks: Vec::new(),
            axis: self.axis(window),
            window: [window.from, window.to],
        }
    }

    /// What a rebalance or a crash has cost lately, in a sentence.
    pub(super) fn price(self, course: &Course) -> Option<String> {
        let (words, now) = (self.words, self.world().now);
        let stoppage = course.stoppage()?;
        let all = course.tracks().count() as i64;
        let stood = course.tracks().map(|(_, track)| track.stood_lately(now));
        let stood: Vec<Span> = stood.filter(|span| *span > Span::ZERO).collect();
        let longest = words.span(stood.iter().map(|span| span.0).max().unwrap_or(0));
        let count = stood.len() as i64;
        let still = |track: &Track| matches!(track.reader(), Reader::Nobody(_));
        let open = course.tracks().filter(|(_, track)| still(track)).count() as i64;
        Some(match stoppage.to {
            None if open > 0 => words.ui_stood_now(open, all, &longest),
            None => words.ui_stood_reading_on().to_owned(),
            Some(_) if count == 0 => words.ui_stood_none().to_owned(),
            Some(_) => words.ui_stood_price(count, all, &longest),
        })
    }

    fn row(self, name: String, track: &Track, tags: &Tags, window: Window) -> Row {
        let now = self.world().now;
        let mut stretches: Vec<Stretch> = Vec::new();
        for band in track.bands() {
            if let Some(last) = stretches.last_mut() {
                last.to = window.place(band.from);
            }
            let (reader, unread) = match band.reader {
                Reader::Member(id) => (tags.of(id), 0),
                Reader::Nobody(_) => (None, WIDTH),
            };
            let (from, to) = (window.place(band.from), window.place(now));
            stretches.push(Stretch { from, to, reader, unread });
        }
        // However short: that nobody read is seen.
        stretches.retain(|it| it.to > it.from || it.unread > 0 && it.to > 0);
        let reader = match track.reader() {
            Reader::Member(id) => (self.node(Node::Client(id)), Mood::Plain),
            Reader::Nobody(why) => (self.nobody(why), Mood::Bad),
        };
        Row {
            told: self.words.ui_stood_bands(&name, &self.bands_in_words(track)),
            name,
            stretches,
            reader,
            lately: self.stood_for(track.stood_lately(now)),
            total: self.stood_for(track.stood(now)),
        }
    }

    /// A length of time, or a dash where there was none.
    fn stood_for(self, span: Span) -> String {
        if span == Span::ZERO { "–".to_owned() } else { self.words.span(span.0) }
    }

    fn nobody(self, why: Vacancy) -> String {
        self.words.ui_stood_nobody(match why {
            Vacancy::HandedBack => "back",
            Vacancy::Lost => "lost",
            Vacancy::Ended => "ended",
            Vacancy::Frozen => "frozen",
            Vacancy::Seeking => "seeking",
        })
    }

    fn bands_in_words(self, track: &Track) -> String {
        let bands: Vec<_> = track.bands().rev().take(TOLD).collect();
        let told = bands.into_iter().rev().map(|band| {
            let who = match band.reader {
                Reader::Member(id) => self.node(Node::Client(id)),
                Reader::Nobody(why) => self.nobody(why),
            };
            self.words.ui_stood_from(&who, &self.words.clock(band.from.0).0)
        });
        told.collect::<Vec<_>>().join("; ")
    }

    fn ticks(self, group: &Name, course: &Course, window: Window) -> Vec<Tick> {
        let seen = course.rebalances().rev().take(TOLD).filter(|it| window.shows(it.at));
        let tick = |rebalance: Rebalance| Tick {
            at: window.place(rebalance.at),
            when: rebalance.at,
            clock: self.words.clock(rebalance.at.0).0,
            cause: self.cause(group, rebalance),
        };
        let mut ticks: Vec<Tick> = seen.map(tick).collect();
        ticks.reverse();
        ticks
    }

    /// Why a group shared out anew, in a sentence.
    pub(super) fn cause(self, group: &Name, rebalance: Rebalance) -> String {
        let Rebalance { at, cause } = rebalance;
        let event = Event::GroupRebalancing { group: group.clone(), cause };
        let stamped = Stamped { at, node: Node::Admin, cause: None, event };
        self.words.tell(&stamped, self.world()).unwrap_or_default()
    }

    /// Full seconds at which the axis has words: five at most.
    fn axis(self, window: Window) -> Vec<(u32, String)> {
        let whole = window.to.since(window.from).0;
        let steps = [2, 5, 10, 20].map(|seconds| seconds * 1_000_000);
        let step = steps.into_iter().find(|step| whole / step <= 4).unwrap_or(20_000_000);
        let first = window.from.0.div_ceil(step);
        let last = window.to.0 / step;
        let mark = |number: u64| {
            let at = Time(number * step);
            let (clock, _) = self.words.clock(at.0);
            let seconds = clock.split_once('.').map_or(&*clock, |(seconds, _)| seconds);
            (window.place(at), seconds.to_owned())
        };
        (first..=last).map(mark).collect()
    }

    fn group_row(self, name: &Name, course: &Course, window: Window) -> Row {
        let now = self.world().now;
        let all = course.tracks().count() as u32;
        let mut moments: Vec<Time> =
            course.tracks().flat_map(|(_, track)| track.bands()).map(|band| band.from).collect();
        ordered::sort(&mut moments);
        moments.dedup();
        let ends = moments.iter().skip(1).copied().chain([now]);
        let stretches = moments.iter().zip(ends).filter_map(|(from, to)| {
            let unread = course.tracks().filter(|(_, track)| stands_at(track, *from)).count();
            let (from, to) = (window.place(*from), window.place(to));
            let unread = unread as u32 * WIDTH / all.max(1);
            (to > from || unread > 0 && to > 0).then_some(Stretch {
                from,
                to,
                reader: None,
                unread,
            })
        });
        let sum = |each: fn(&Track, Time) -> Span| {
            self.stood_for(Span(course.tracks().map(|(_, track)| each(track, now).0).sum()))
        };
        let protocol = coordinated(self.world(), name).and_then(|(_, group)| group.protocol());
        Row {
            name: name.to_string(),
            stretches: stretches.collect(),
            reader: (protocol.unwrap_or("–").to_owned(), Mood::Plain),
            lately: sum(Track::stood_lately),
            total: sum(Track::stood),
            told: self.price(course).unwrap_or_default().replace("**", ""),
        }
    }
}

/// Whether nobody read a partition at a moment at which it had been assigned before.
fn stands_at(track: &Track, at: Time) -> bool {
    let band = track.bands().rev().find(|band| band.from <= at);
    band.is_some_and(|band| matches!(band.reader, Reader::Nobody(_)))
}
