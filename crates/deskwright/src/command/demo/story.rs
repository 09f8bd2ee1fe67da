//! The life of each incident, step by step, at plausible hours.

use base::{MICROS_PER_DAY, Timestamp, Uuid};

use super::faults::{FAULTS, Fault};
use super::house::House;
use super::random::Random;
use super::stage::Stage;

/// Microseconds in a minute.
const MINUTE: i64 = 60_000_000;
/// Days of the demo's past.
pub const DAYS: i64 = 90;

/// Something that happens to an incident.
#[derive(Clone, Debug)]
pub enum Step {
    /// It is reported.
    Report,
    /// Somebody takes it.
    Take,
    /// Work begins.
    Start,
    /// It is promised until then.
    Promise(Timestamp),
    /// A public word of who works on it.
    Say(&'static str),
    /// A private note of who works on it.
    Note(&'static str),
    /// Another team takes it.
    HandOver(&'static str),
    /// It waits: the reason, and the public word that comes with it.
    Hold(&'static str, &'static str),
    /// The requester answers.
    Answer(&'static str),
    /// Work goes on.
    Resume,
    /// A task is made.
    Task(&'static str),
    /// The task is done.
    TaskDone,
    /// It is solved.
    Resolve,
    /// The requester is not content.
    Reopen,
    /// The requester confirms.
    Confirm,
    /// It closes by itself.
    Close,
    /// It is called off.
    Cancel,
    /// Somebody says that it is major; then a manager accepts.
    Major(&'static str),
    /// It is another report of that incident.
    ChildOf(usize),
}

/// An incident as it will go.
pub struct Story {
    /// What is wrong.
    pub fault: &'static Fault,
    /// Who reports.
    pub requester: Uuid,
    /// Who works on it.
    pub agent: Uuid,
    /// Whether the requester writes it in the portal; else the service desk types it.
    pub by_portal: bool,
    /// Minutes that the work takes.
    pub minutes: i64,
    /// What happens when.
    pub steps: Vec<(Timestamp, Step)>,
}

/// Stories of that many incidents; the last few of them are about one major incident.
pub fn tell(stage: &Stage, house: &House, now: Timestamp, count: usize) -> Vec<Story> {
    let chance = Random::new(400);
    let mut stories: Vec<Story> = (0..count - 6)
        .map(|_| ordinary(stage, house, now, &chance))
        .collect();
    stories.extend(major(house, now, &chance, stories.len()));
    stories
}

fn ordinary(stage: &Stage, house: &House, now: Timestamp, chance: &Random) -> Story {
    let fault = chance.of(FAULTS).unwrap_or(&FAULTS[0]);
    // The last week is told more densely, so that the queue of today is full of life.
    let days_ago = if chance.percent(9) {
        chance.between(0, 4)
    } else {
        chance.between(0, DAYS - 1)
    };
    let hour = chance.between(7, 17) * 60 + chance.between(0, 59);
    let morning = stage.day_before(now, days_ago);
    let mut reported = stage.at_work(morning.plus_micros(hour * MINUTE));
    if reported >= now {
        reported = now.plus_micros(-chance.between(10, 600) * MINUTE);
    }
    let team = house.supports[fault.service];
    let members = &house.members[team];
    // The first of a team takes most of what is new, so that whoever signs in as one finds work.
    let first = members
        .first()
        .filter(|_| days_ago <= 4 && chance.percent(60));
    let agent = *first
        .or_else(|| chance.of(members))
        .unwrap_or(&house.publisher);
    let requester = *chance.of(&house.requesters).unwrap_or(&agent);
    let mut clock = Clock {
        stage,
        chance,
        now: reported,
    };
    let mut steps = vec![(reported, Step::Report)];
    // Some of the newest wait for somebody to take them; a few old ones are stuck.
    let untouched = chance.percent(if days_ago <= 1 { 35 } else { 1 });
    if !untouched {
        work(&mut clock, &mut steps, fault, days_ago);
    }
    Story {
        fault,
        requester,
        agent,
        by_portal: chance.percent(45),
        minutes: chance.between(5, 90),
        steps,
    }
}

/// Moves through working hours.
struct Clock<'s> {
    stage: &'s Stage,
    chance: &'s Random,
    now: Timestamp,
}

impl Clock<'_> {
    fn after(&mut self, from: i64, to: i64) -> Timestamp {
        let later = self
            .now
            .plus_micros(self.chance.between(from * 60, to * 60) * 1_000_000);
        self.now = self.stage.at_work(later);
        self.now
    }
}

fn work(
    clock: &mut Clock<'_>,
    steps: &mut Vec<(Timestamp, Step)>,
    fault: &'static Fault,
    days_ago: i64,
) {
    let chance = clock.chance;
    let mut then =
        |clock: &mut Clock<'_>, from, to, step| steps.push((clock.after(from, to), step));
    then(clock, 2, 50, Step::Take);
    then(clock, 1, 25, Step::Start);
    // Promises are kept more often than not.
    let stuck = chance.percent(4);
    if stuck || chance.percent(35) {
        let until = clock.now.plus_micros(chance.between(4, 30) * 60 * MINUTE);
        then(clock, 1, 5, Step::Promise(clock_at(clock, until)));
    }
    if chance.percent(5) {
        then(clock, 5, 60, Step::Cancel);
        return;
    }
    if chance.percent(60) {
        then(
            clock,
            1,
            10,
            Step::Say("Thank you for the report. I am looking into it."),
        );
    }
    if chance.percent(14) {
        let others = ["Service desk", "Network", "Server and cloud", "Security"];
        then(
            clock,
            10,
            180,
            Step::Note("This belongs to another team; what was tried so far is in the journal."),
        );
        then(
            clock,
            1,
            5,
            Step::HandOver(others[chance.below(others.len())]),
        );
        then(clock, 10, 120, Step::Take);
    }
    if chance.percent(22) {
        then(clock, 5, 90, Step::Hold("requester", fault.question));
        // Not everybody answers the same day, and some of the last days have not answered yet.
        then(
            clock,
            30,
            if days_ago <= 4 { 4_000 } else { 1_500 },
            Step::Answer("Thank you for asking. I have tried it: it is still the same."),
        );
    } else if chance.percent(10) {
        then(
            clock,
            20,
            200,
            Step::Hold(
                "vendor",
                "The supplier is looking at it; we expect an answer within two days.",
            ),
        );
        then(clock, 600, 4_500, Step::Resume);
    }
    if chance.percent(9) {
        then(clock, 5, 30, Step::Task("Prepare a replacement device"));
        then(clock, 60, 700, Step::TaskDone);
    }
    if stuck {
        // These wait for something that never comes.
        return;
    }
    let longest = [60, 120, 240, 480, 960, 2_400][chance.below(6)];
    then(clock, 10, longest, Step::Resolve);
    if chance.percent(6) {
        then(clock, 60, 2_000, Step::Reopen);
        then(clock, 60, 900, Step::Resolve);
    }
    if chance.percent(40) {
        then(clock, 30, 2_500, Step::Confirm);
    } else {
        let resolved = clock.now;
        steps.push((
            resolved.plus_micros(7 * MICROS_PER_DAY + chance.between(1, 50) * MINUTE),
            Step::Close,
        ));
    }
}

/// The instant, or the next one at which somebody works.
fn clock_at(clock: &Clock<'_>, at: Timestamp) -> Timestamp {
    clock.stage.at_work(at)
}

/// A major incident of the last hours, still open, with five reports of the same.
fn major(house: &House, now: Timestamp, chance: &Random, first: usize) -> Vec<Story> {
    let fault = FAULTS
        .iter()
        .find(|it| it.title == "Put-away list is empty")
        .unwrap_or(&FAULTS[0]);
    let begun = now.plus_micros(-150 * MINUTE);
    let team = &house.members[house.supports[fault.service]];
    let story = |index: usize, steps| Story {
        fault,
        requester: house.requesters[index % house.requesters.len()],
        agent: team[index % team.len()],
        by_portal: false,
        minutes: chance.between(10, 60),
        steps,
    };
    let at = |minutes: i64| begun.plus_micros(minutes * MINUTE);
    let mut stories = vec![story(
        0,
        vec![
            (at(0), Step::Report),
            (at(3), Step::Take),
            (at(4), Step::Start),
            (at(6), Step::Major("proposed")),
            (at(9), Step::Major("accepted")),
            (
                at(12),
                Step::Say(
                    "Put-away and picking stand still in Rotterdam. The cause is being looked for; next news in 30 minutes.",
                ),
            ),
            (
                at(41),
                Step::Say(
                    "The message queue is full. It is being emptied; receiving by paper list until then.",
                ),
            ),
            (at(75), Step::Task("Write the timeline for the review")),
        ],
    )];
    for child in 1..6 {
        let minute = 10 + 7 * i64::try_from(child).unwrap_or_default();
        let steps = vec![
            (at(minute), Step::Report),
            (at(minute + 2), Step::Take),
            (at(minute + 3), Step::ChildOf(first)),
        ];
        stories.push(story(child, steps));
    }
    stories
}
