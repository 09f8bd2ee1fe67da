//! What people write in the search bar and what it stands for.

use dictionary::filter::{Scope, parse, to_text};

use super::world::{WORLD, check};

#[test]
fn conditions_side_by_side_all_hold() {
    check("", "");
    check("  ", "");
    check("priority<=2 team:my_teams", "priority <= 2 team = my_teams");
    check("priority<=2 AND vip:yes", "priority <= 2 vip = true");
    check(
        "priority:1 or priority:2 vip:no",
        "priority = 1 or (priority = 2 vip = false)",
    );
    check(
        "(priority:1 or priority:2) vip:no",
        "(priority = 1 or priority = 2) vip = false",
    );
    check("not (vip:yes hours>1)", "not (vip = true hours > 1.00)");
    check("-vip:yes", "not vip = true");
    check("not not vip:yes", "not not vip = true");
    check("()", "");
    check("not ()", "not ()");
}

#[test]
fn words_are_looked_for_in_the_title() {
    check("printer", "title ~ \"printer\"");
    check("printer, slow", "title ~ \"printer\" title ~ \"slow\"");
    check("\"paper jam\"", "title ~ \"paper jam\"");
    check("-vpn", "not title ~ \"vpn\"");
    check(
        "priority in doubt",
        "title ~ \"priority\" title ~ \"in\" title ~ \"doubt\"",
    );
    check(
        "printer in room",
        "title ~ \"printer\" title ~ \"in\" title ~ \"room\"",
    );
    check("help!", "title ~ \"help!\"");
    check("12:30", "title ~ \"12:30\"");
    check(
        "inc-1234",
        "number = \"INC0001234\" or title ~ \"inc-1234\"",
    );
    check("\"say \\\"hi\\\"\"", "title ~ \"say \\\"hi\\\"\"");
}

#[test]
fn the_colon_means_what_people_mean() {
    check("title:vpn", "title ~ \"vpn\"");
    check("title=vpn", "title = \"vpn\"");
    check("title^vpn", "title ^ \"vpn\"");
    check("title starts with vpn", "title ^ \"vpn\"");
    check("title contains vpn", "title ~ \"vpn\"");
    check("title!~vpn", "not title ~ \"vpn\"");
    check("number:inc1234", "number = \"INC0001234\"");
    check("number:1234", "number = \"INC0001234\"");
    check("priority:<=2", "priority <= 2");
    check("PRIORITY != 1", "not priority = 1");
    check("cost>=12.5eur", "cost >= \"12.50 EUR\"");
    check("worked > PT90M", "worked > PT1H30M");
    check("link:example.com/a", "link ~ \"example.com/a\"");
    check("tags:vip", "tags ~ vip");
    check("followers:me", "followers ~ me");
}

#[test]
fn lists_and_ranges() {
    check("priority:(1, 2)", "priority in (1, 2)");
    check("priority in (1,2,1)", "priority in (1, 2)");
    check("priority in (3)", "priority = 3");
    check("priority not in (1, 2)", "not priority in (1, 2)");
    check("priority != (1, 2)", "not priority in (1, 2)");
    check("priority:1..3", "priority between 1 and 3");
    check("hours between -1.5 and 2", "hours between -1.50 and 2.00");
    check("tags in (vip, network)", "tags ~ vip or tags ~ network");
    check(
        "impact in (high, \"on hold\")",
        "impact in (high, \"on hold\")",
    );
    check("title in (\"a, b\", c)", "title in (\"a, b\", \"c\")");
}

#[test]
fn no_value() {
    check("assignee:empty", "assignee:empty");
    check("assignee is empty", "assignee:empty");
    check("assignee is not empty", "not assignee:empty");
    check("assignee!=empty", "not assignee:empty");
    check("description:empty", "description:empty");
    check("team:(empty, my_teams)", "team:empty or team = my_teams");
}

#[test]
fn times() {
    check("opened_at >= today-7d", "opened_at >= start of day-7day");
    check("opened_at > today", "opened_at >= start of day+1day");
    check("opened_at < now-2h", "opened_at < now-2h");
    check(
        "opened_at:today",
        "opened_at >= start of day opened_at < start of day+1day",
    );
    check(
        "opened_at:2026-03-01",
        "opened_at >= start of 2026-03-01 opened_at < start of 2026-03-02",
    );
    check(
        "opened_at:last_month",
        "opened_at >= start of month-1month opened_at < start of month",
    );
    check("opened_at >= start of month", "opened_at >= start of month");
    check(
        "opened_at >= start of quarter-1month",
        "opened_at >= start of quarter-1month",
    );
    check("opened_at <= 2026-03-01", "opened_at < start of 2026-03-02");
    check(
        "opened_at <= 2026-03-01T10:00:00Z",
        "opened_at <= 2026-03-01T10:00:00Z",
    );
    check(
        "opened_at:yesterday..now",
        "opened_at between start of day-1day and now",
    );
    check(
        "opened_at:2026-01-01..2026-01-31",
        "opened_at >= start of 2026-01-01 opened_at < start of 2026-02-01",
    );
    check(
        "not opened_at:today",
        "not (opened_at >= start of day opened_at < start of day+1day)",
    );
    check("day:today", "day = start of day");
    check("day<=2026-03-01", "day <= 2026-03-01");
    check(
        "day:this_week",
        "day >= start of week day < start of week+1week",
    );
    check("opened_at >= today+9h", "opened_at >= start of day+9hour");
}

#[test]
fn states_by_meaning() {
    check("state:new", "state = new");
    check("state:open", "open = true");
    check("state:closed", "state = closed");
    check("open:true", "open = true");
    check("state:on_hold", "state in (waiting, paused)");
    check("phase:on_hold", "state in (waiting, paused)");
    check(
        "phase:(active, on_hold)",
        "state = in_progress or state in (waiting, paused)",
    );
    check("phase!=closed", "not state = closed");
    check("state in (new, open)", "state = new or open = true");
}

#[test]
fn references_by_title_number_and_walk() {
    check("team:\"Network\"", "team.title = \"Network\"");
    check(
        "team in (Network, \"Service desk\")",
        "team.title in (\"Network\", \"Service desk\")",
    );
    check(
        "team:(my_teams, Network)",
        "team = my_teams or team.title = \"Network\"",
    );
    check("assignee:me", "assignee = me");
    check("assignee!=me", "not assignee = me");
    check("parent:inc-7", "parent.number = \"INC0000007\"");
    check("parent:TASK7", "parent.number = \"TASK0000007\"");
    check("parent.phase:closed", "parent.state in (closed, done)");
    check(
        "requester.department.title:it",
        "requester.department.title ~ \"it\"",
    );
    check(
        "requester.manager:\"Anna Berg\"",
        "requester.manager.title = \"Anna Berg\"",
    );
    check(
        "team:01890a5d-ac96-774b-bcce-b302099a8057",
        "team = 01890a5d-ac96-774b-bcce-b302099a8057",
    );
    check("id:inc-7", "number = \"INC0000007\"");
}

#[test]
fn the_spine_knows_states_of_every_type() {
    let spine = Scope::spine(&WORLD);
    let canonical = |text: &str| to_text(&parse(text, &spine).unwrap());
    assert_eq!(
        canonical("type:incident state:waiting"),
        "type = incident state = waiting"
    );
    assert_eq!(canonical("state:closed"), "state = closed");
    // The task's "paused" is active, the incident's is on hold.
    assert_eq!(
        canonical("phase:on_hold"),
        "(type = incident state = paused) or state = waiting"
    );
    assert_eq!(
        canonical("task-12"),
        "number = \"TASK0000012\" or title ~ \"task-12\""
    );
}

#[test]
fn across_types_open_is_a_phase_also_where_a_type_has_such_a_state() {
    let across = Scope::spine(&WORLD);
    let means = |text: &str| to_text(&parse(text, &across).unwrap());
    assert_eq!(means("state:open"), "open = true");
    assert_eq!(means("state:Open -vpn"), "open = true not title ~ \"vpn\"");
    // The code itself is written with the sign of equality, which is also how filters are rendered.
    assert_eq!(means("state = open"), "state = open");
    assert_eq!(means(&means("state = open")), "state = open");
    let tasks = Scope::new(&WORLD, WORLD.record_type("task").unwrap());
    assert_eq!(
        to_text(&parse("state:open", &tasks).unwrap()),
        "state = open"
    );
}
