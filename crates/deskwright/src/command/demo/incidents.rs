//! Plays the stories of all incidents together, in the order of their instants, through the door.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use anyhow::{Context as _, Result};
use base::{Timestamp, Uuid};
use dictionary::Value;
use engine::{Action, Change, Comment};

use super::house::House;
use super::stage::{Stage, choice, text};
use super::story::{Step, Story};

/// Name of the type.
const INCIDENT: &str = "incident";

/// What people add to the name of a fault.
const DETAILS: [&str; 13] = [
    "",
    " since this morning",
    " in Rotterdam",
    " again",
    " for two of us",
    "",
    " since the update",
    " in the evening shift",
    " after the move",
    " at gate 4",
    " now and then",
    " since Monday",
    " in the office upstairs",
];

/// Plays everything that lies before `now`.
pub fn play(stage: &mut Stage, house: &House, stories: Vec<Story>, now: Timestamp) -> Result<()> {
    let mut order = BinaryHeap::new();
    for (story, it) in stories.iter().enumerate() {
        for (step, (at, _)) in it.steps.iter().enumerate() {
            order.push(Reverse((*at, story, step)));
        }
    }
    let mut players: Vec<Player> = stories.into_iter().map(Player::new).collect();
    while let Some(Reverse((at, story, step))) = order.pop() {
        if at >= now {
            break;
        }
        let above = match players[story].story.steps[step].1 {
            Step::ChildOf(parent) => players.get(parent).and_then(|it| it.record),
            _ => None,
        };
        let step = players[story].story.steps[step].1.clone();
        let told = format!("{step:?} of story {story}");
        players[story]
            .take(stage, house, at, &step, above)
            .context(told)?;
    }
    Ok(())
}

/// An incident on its way through its story.
struct Player {
    story: Story,
    record: Option<Uuid>,
    task: Option<Uuid>,
    agent: Uuid,
}

impl Player {
    fn new(story: Story) -> Self {
        Self {
            agent: story.agent,
            story,
            record: None,
            task: None,
        }
    }

    fn take(
        &mut self,
        stage: &mut Stage,
        house: &House,
        at: Timestamp,
        step: &Step,
        above: Option<Uuid>,
    ) -> Result<()> {
        let (who, change) = match step {
            Step::Report => {
                self.record = Some(self.report(stage, house, at)?);
                return Ok(());
            }
            Step::Task(title) => {
                let parent = Value::Reference(self.record()?);
                let task = Change::create("task")
                    .with_value("title", text(*title))
                    .with_value("parent", parent);
                let task = task.with_value("assignee", Value::Reference(self.agent));
                self.task = Some(stage.play(at, Some(self.agent), task)?.record);
                return Ok(());
            }
            Step::TaskDone => {
                let Some(task) = self.task else { return Ok(()) };
                (
                    Some(self.agent),
                    Change::transition("task", task, "complete"),
                )
            }
            Step::HandOver(team) => {
                let change = Change::of(INCIDENT, self.record()?, Action::Assign);
                let change = change.with_value("team", Value::Reference(house.teams[team]));
                let by = std::mem::replace(&mut self.agent, house.members[team][0]);
                (Some(by), change.with_value("assignee", Value::Null))
            }
            Step::Major(state) => {
                // Whoever may approve accepts.
                let by = if *state == "accepted" {
                    house.members["Service desk"].last().copied()
                } else {
                    Some(self.agent)
                };
                (
                    by,
                    Change::update(INCIDENT, self.record()?).with_value("major", choice(state)),
                )
            }
            Step::ChildOf(_) => {
                let Some(parent) = above else { return Ok(()) };
                (
                    Some(self.agent),
                    Change::update(INCIDENT, self.record()?)
                        .with_value("parent", Value::Reference(parent)),
                )
            }
            Step::Answer(_) | Step::Confirm | Step::Reopen => {
                (Some(self.story.requester), self.by_requester(step)?)
            }
            Step::Close => (None, self.step("close")?),
            _ => (Some(self.agent), self.by_agent(step)?),
        };
        stage.play(at, who, change).map(|_| ())
    }

    fn record(&self) -> Result<Uuid> {
        self.record
            .context("an incident is reported before anything else")
    }

    fn step(&self, name: &str) -> Result<Change> {
        Ok(Change::transition(INCIDENT, self.record()?, name))
    }

    fn say(&self, comment: Comment) -> Result<Change> {
        Ok(Change::of(INCIDENT, self.record()?, Action::Comment).with_comment(comment))
    }

    fn by_requester(&self, step: &Step) -> Result<Change> {
        match step {
            Step::Answer(answer) => self.say(Comment::public(*answer)),
            Step::Confirm => self.step("close"),
            _ => Ok(self
                .step("reopen")?
                .with_comment(Comment::public("Sorry, it is back since this morning."))),
        }
    }

    fn by_agent(&self, step: &Step) -> Result<Change> {
        let (code, notes) = self.story.fault.end;
        match step {
            Step::Take => {
                let change = Change::of(INCIDENT, self.record()?, Action::Assign);
                Ok(change.with_value("assignee", Value::Reference(self.agent)))
            }
            Step::Start => self.step("start"),
            Step::Promise(until) => Ok(Change::update(INCIDENT, self.record()?)
                .with_value("due_at", Value::Instant(*until))),
            Step::Say(words) => self.say(Comment::public(*words)),
            Step::Note(words) => self.say(Comment::private(*words)),
            Step::Hold(reason, words) => Ok(self
                .step("hold")?
                .with_value("hold_reason", choice(reason))
                .with_comment(Comment::public(*words))),
            Step::Resume => self.step("resume"),
            Step::Cancel => Ok(self
                .step("cancel")?
                .with_value("close_notes", text("Reported twice; see the other report."))),
            _ => {
                let comment = Comment {
                    minutes_worked: Some(self.story.minutes),
                    ..Comment::public(notes)
                };
                let change = self
                    .step("resolve")?
                    .with_value("resolution_code", choice(code));
                Ok(change
                    .with_value("close_notes", text(notes))
                    .with_comment(comment))
            }
        }
    }

    /// Nobody reports the same fault in the same words.
    fn detail(&self) -> &'static str {
        let person = usize::from(self.story.requester.as_bytes()[15]);
        let minutes = usize::try_from(self.story.minutes).unwrap_or_default();
        DETAILS[(person + minutes) % DETAILS.len()]
    }

    fn report(&self, stage: &mut Stage, house: &House, at: Timestamp) -> Result<Uuid> {
        let (story, fault) = (&self.story, self.story.fault);
        let (category, below) = fault.category;
        let mut change = Change::create(INCIDENT)
            .with_value("title", text(format!("{}{}", fault.title, self.detail())))
            .with_value("description", text(fault.description))
            .with_value("category", Value::Reference(house.categories[category]))
            .with_value("subcategory", Value::Reference(house.categories[below]))
            .with_value("service", Value::Reference(house.services[fault.service]));
        let (impact, urgency) = fault.grade;
        if story.by_portal {
            let how_many = ["many", "my_team", "only_me"][usize::try_from(impact - 1).unwrap_or(2)];
            let can_work = ["no", "partly", "yes"][usize::try_from(urgency - 1).unwrap_or(2)];
            change = change
                .with_value("how_many_affected", choice(how_many))
                .with_value("can_work", choice(can_work));
            return Ok(stage.play(at, Some(story.requester), change)?.record);
        }
        let desk = &house.members["Service desk"];
        let logger = desk[usize::try_from(story.minutes).unwrap_or_default() % desk.len()];
        change = change
            .with_value("requester", Value::Reference(story.requester))
            .with_value("impact", Value::Integer(impact))
            .with_value("urgency", Value::Integer(urgency));
        Ok(stage.play(at, Some(logger), change)?.record)
    }
}
