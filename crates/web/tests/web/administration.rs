//! Administration: the checklist and the pages of everything that is set up.

use serde_json::{Value as Json, json};
use test_kit::{House, both_databases};

use crate::html::{page, send, text};
use crate::office::{Client, Office};

both_databases! {
    fn the_checklist_follows_what_is_there(database) {
        let office = Office::on(database);
        let syd = office.bearer(House::SYD);
        let state = |key: &str| item(&syd.get("/set-up").expect(200).json, key)["state"].clone();
        assert_eq!((state("administrators"), state("people")), ("missing".into(), "done".into()));
        office.give_login(House::SYD, "syd");
        assert_eq!(state("administrators"), "missing", "one may be away");
        office.give_login(House::TINA, "tina");
        office.give_login(House::ADA, "ada");
        assert_eq!(state("administrators"), "done");
        assert_eq!((state("workers"), state("https"), state("mail-out")), ("done".into(), "missing".into(), "advice".into()));
        let browser = office.browser("syd");
        let shown = text(&page(&browser, "/admin").expect(200));
        assert!(shown.contains("2 people who can sign in administer the desk"), "{shown}");
        assert!(shown.contains("href=\"/admin/types\"") && shown.contains("href=\"/role_assignment?q=\""), "{shown}");
    }

    fn the_checklist_is_for_administrators(database) {
        let office = Office::on(database);
        office.give_login(House::ADA, "ada");
        office.bearer(House::ADA).get("/set-up").refused(403, "forbidden-area");
        page(&office.browser("ada"), "/admin").expect(403);
    }

    fn a_role_is_chosen_by_what_people_call_it(database) {
        let office = Office::on(database);
        office.give_login(House::SYD, "syd");
        let syd = office.browser("syd");
        let shown = text(&page(&syd, "/role_assignment/new").expect(200));
        assert!(shown.contains("<select") && shown.contains("<option value=\"team_lead\">Team lead</option>"), "{shown}");
        let (person, role) = (House::NOAH.to_string(), "team_lead");
        send(&syd, "/role_assignment/new", &[("person", &person), ("role", role)]).expect(303);
        assert_eq!(office.desk.as_system().list("role_assignment", &format!("role:team_lead person:{person}")).len(), 1);
    }

    fn a_cell_of_the_matrix_is_previewed_changed_and_put_back(database) {
        let office = Office::on(database);
        office.give_login(House::SYD, "syd");
        let syd = office.browser("syd");
        let rita = office.desk.as_person(House::ADA);
        rita.create("incident", &[("title", "No mail"), ("requester", &House::RITA.to_string()), ("impact", "1"), ("urgency", "2")]);
        let path = "/admin/settings/incident.priority_matrix";
        let shown = text(&page(&syd, path).expect(200));
        assert!(shown.contains("name=\"v.1-2\"") && shown.contains("as delivered"), "{shown}");
        let mut cells: Vec<(String, String)> = (1..=3).flat_map(|left| (1..=3).map(move |right| (format!("v.{left}-{right}"), (left + right - 1).to_string()))).collect();
        cells[1].1 = "1".to_owned();
        let mut form: Vec<(&str, &str)> = cells.iter().map(|it| (it.0.as_str(), it.1.as_str())).collect();
        form.push(("do", "preview"));
        let preview = text(&send(&syd, path, &form).expect(200));
        assert!(preview.contains("One open record of Incidents with Impact 1 and Urgency 2"), "{preview}");
        assert!(text(&page(&syd, path).expect(200)).contains("as delivered"), "a preview changes nothing");
        let hidden = hidden_fields(&preview, "save");
        let pairs: Vec<(&str, &str)> = hidden.iter().map(|it| (it.0.as_str(), it.1.as_str())).chain([("do", "save")]).collect();
        assert_eq!(send(&syd, path, &pairs).expect(303).header("location"), path);
        let stale = text(&send(&syd, path, &pairs).expect(422));
        assert!(stale.contains("Somebody changed it meanwhile"), "{stale}");
        let api = office.bearer(House::SYD);
        assert_eq!(api.get("/settings/incident.priority_matrix").expect(200).json["value"]["1-2"], 1);
        let shown = text(&page(&syd, path).expect(200));
        assert!(shown.contains("Put back what was before") && shown.contains("Syd"), "{shown}");
        let back = text(&send(&syd, path, &[("do", "back"), ("value", "")]).expect(200));
        let hidden = hidden_fields(&back, "save");
        let pairs: Vec<(&str, &str)> = hidden.iter().map(|it| (it.0.as_str(), it.1.as_str())).chain([("do", "save")]).collect();
        send(&syd, path, &pairs).expect(303);
        let after = api.get("/settings/incident.priority_matrix").expect(200).json;
        assert_eq!((&after["origin"]["from"], &after["value"]["1-2"]), (&json!("default"), &json!(2)));
        assert_eq!(after["changes"].as_array().unwrap().len(), 2, "both changes stay in the history");
    }

    fn every_setting_has_a_form_that_changes_nothing_by_itself(database) {
        let office = Office::on(database);
        office.give_login(House::SYD, "syd");
        let (syd, api) = (office.browser("syd"), office.bearer(House::SYD));
        let settings = api.get("/settings").expect(200).json["settings"].as_array().unwrap().clone();
        assert!(settings.len() > 15, "{}", settings.len());
        for it in settings {
            let path = format!("/admin/settings/{}", it["key"].as_str().unwrap());
            let shown = text(&page(&syd, &path).expect(200));
            let form = all_fields(&shown);
            let pairs: Vec<(&str, &str)> = form.iter().map(|it| (it.0.as_str(), it.1.as_str())).chain([("do", "preview")]).collect();
            let preview = text(&send(&syd, &path, &pairs).expect(200));
            assert!(preview.contains("Nothing differs from what is in force."), "{path}: {preview}");
        }
    }

    fn routes_are_added_in_their_order(database) {
        let office = Office::on(database);
        office.give_login(House::SYD, "syd");
        let syd = office.browser("syd");
        let (network, desk, category) = (House::NETWORK.to_string(), House::SERVICE_DESK.to_string(), House::NETWORKING.to_string());
        let form = [
            ("v.0.category", ""), ("v.0.service", ""), ("v.0.location", ""), ("v.0.team", desk.as_str()), ("v.0.position", "2"),
            ("v.1.category", category.as_str()), ("v.1.team", network.as_str()), ("v.1.position", "1"), ("do", "preview"),
        ];
        let path = "/admin/settings/incident.routing";
        let preview = text(&send(&syd, path, &form).expect(200));
        assert!(preview.contains("Row 1 fits no record of the last 30 days."), "{preview}");
        let hidden = hidden_fields(&preview, "save");
        let pairs: Vec<(&str, &str)> = hidden.iter().map(|it| (it.0.as_str(), it.1.as_str())).chain([("do", "save")]).collect();
        send(&syd, path, &pairs).expect(303);
        let stored = office.bearer(House::SYD).get("/settings/incident.routing").expect(200).json;
        assert_eq!(stored["value"], json!([{ "category": category, "team": network }, { "team": desk }]));
    }

    fn a_choice_that_records_have_goes_out_of_use_but_not_away(database) {
        let office = Office::on(database);
        let syd = office.bearer(House::SYD);
        let path = "/settings/dictionary.choices";
        let added = json!({ "incident.channel": [{ "code": "fax", "label": { "en": "Fax" } }] });
        syd.put(path, &json!({ "value": added })).expect(200);
        let body = json!({ "title": "Old", "requester": House::RITA, "channel": "fax" });
        office.bearer(House::ADA).post("/incident", &body).expect(201);
        let look = syd.post(&format!("{path}/preview"), &json!({ "value": {} })).expect(200).json;
        assert_eq!((&look["effects"][0]["refuses"], &look["effects"][0]["text"]), (&json!(true), &json!("Fax cannot go: one record has it. Take it out of use instead.")));
        syd.put(path, &json!({ "value": {} })).expect(422).names("value", "effect-choice-gone");
        syd.delete(path).expect(422).names("value", "effect-choice-gone");
        let retired = json!({ "incident.channel": [{ "code": "fax", "label": { "en": "Fax" }, "active": false }] });
        let look = syd.post(&format!("{path}/preview"), &json!({ "value": retired })).expect(200).json;
        assert_eq!(look["effects"][0]["text"], "Fax can no longer be chosen; the one record that has it keeps it.");
        syd.put(path, &json!({ "value": retired })).expect(200);
    }

    fn a_choice_among_several_goes_not_away_while_records_have_it(database) {
        let office = Office::on(database);
        let syd = office.bearer(House::SYD);
        let path = "/settings/dictionary.choices";
        let own = json!([{ "code": "a", "label": { "en": "Ay" } }]);
        syd.post("/types/incident/fields", &json!({ "name": "marks", "label": { "en": "Marks" }, "kind": "multi_choice", "choices": own })).expect(201);
        let added = json!({ "incident.marks": [{ "code": "b", "label": { "en": "Bee" } }] });
        syd.put(path, &json!({ "value": added })).expect(200);
        syd.post("/incident", &json!({ "title": "Old", "requester": House::RITA, "marks": ["a", "b"] })).expect(201);
        let look = syd.post(&format!("{path}/preview"), &json!({ "value": {} })).expect(200).json;
        assert_eq!((&look["effects"][0]["refuses"], &look["effects"][0]["text"]), (&json!(true), &json!("Bee cannot go: one record has it. Take it out of use instead.")));
        syd.put(path, &json!({ "value": {} })).expect(422).names("value", "effect-choice-gone");
        let retired = json!({ "incident.marks": [{ "code": "b", "label": { "en": "Bee" }, "active": false }] });
        syd.put(path, &json!({ "value": retired })).expect(200);
    }

    fn steps_out_of_use_keep_their_cells(database) {
        let office = Office::on(database);
        office.give_login(House::SYD, "syd");
        let (syd, api) = (office.browser("syd"), office.bearer(House::SYD));
        let path = "/admin/settings/incident.priority_matrix";
        let stored = || api.get("/settings/incident.priority_matrix").expect(200).json["value"].clone();
        let choices = |value: Json| drop(api.put("/settings/dictionary.choices", &json!({ "value": value })).expect(200));
        choices(json!({ "incident.impact": [{ "code": "3", "active": false }] }));
        let shown = text(&page(&syd, path).expect(200));
        assert!(shown.contains("name=\"v.2-3\"") && !shown.contains("name=\"v.3-1\""), "{shown}");
        let preview = previewed(&syd, path, &shown, &[("v.1-2", "1")]);
        saved(&syd, path, &preview);
        let after = stored();
        assert_eq!((&after["1-2"], &after["3-1"], &after["3-3"]), (&json!(1), &json!(3), &json!(5)));
        choices(json!({
            "incident.impact": [{ "code": "2", "active": false }],
            "incident.urgency": [{ "code": "4", "label": { "en": "Some day" } }],
        }));
        let shown = text(&page(&syd, path).expect(200));
        assert!(shown.contains("name=\"v.2-4\""), "a hole could never be saved: {shown}");
        let preview = previewed(&syd, path, &shown, &[("v.1-4", "4"), ("v.2-4", "5"), ("v.3-4", "5")]);
        saved(&syd, path, &preview);
        let shown = text(&page(&syd, path).expect(200));
        assert!(shown.contains("name=\"v.3-4\"") && !shown.contains("name=\"v.2-4\""), "{shown}");
        let after = stored();
        assert_eq!((&after["2-2"], &after["2-4"], &after["1-4"]), (&json!(3), &json!(5), &json!(4)));
    }

    fn routes_that_the_form_does_not_show_stay(database) {
        let office = Office::on(database);
        office.give_login(House::SYD, "syd");
        let (syd, api) = (office.browser("syd"), office.bearer(House::SYD));
        let (network, desk) = (House::NETWORK.to_string(), House::SERVICE_DESK.to_string());
        let mut routes = vec![json!({ "category": House::NETWORKING, "team": network }); 205];
        routes[203] = json!({ "category": House::NETWORKING, "team": desk });
        api.put("/settings/incident.routing", &json!({ "value": routes })).expect(200);
        let path = "/admin/settings/incident.routing";
        let shown = text(&page(&syd, path).expect(200));
        assert!(shown.contains("5 more rows are not shown and stay as they are."));
        assert!(previewed(&syd, path, &shown, &[]).contains("Nothing differs from what is in force."));
        let preview = previewed(&syd, path, &shown, &[("v.200.team", &desk)]);
        // The form below the preview shows what is not in force yet, and says the same once more.
        let again = previewed(&syd, path, &preview, &[]);
        saved(&syd, path, &again);
        routes.push(json!({ "team": desk }));
        let stored = api.get("/settings/incident.routing").expect(200).json;
        assert_eq!(stored["value"], json!(routes));
    }

    fn settings_are_for_those_who_administer_their_area(database) {
        let office = Office::on(database);
        for (person, login) in [(House::ADA, "ada"), (House::MAX, "max")] {
            office.give_login(person, login);
        }
        let ada = office.browser("ada");
        let path = "/admin/settings/incident.auto_close_days";
        page(&ada, path).expect(403);
        send(&ada, path, &[("do", "save"), ("value", "1"), ("seen", "7")]).expect(403);
        page(&ada, "/admin/settings").expect(403);
        office.bearer(House::ADA).post("/settings/incident.auto_close_days/preview", &json!({ "value": 1 })).refused(403, "forbidden-area");
        page(&office.browser("max"), "/admin/settings/roles").expect(403);
    }
}

/// The hidden fields of the form whose button has that value.
pub fn hidden_fields(shown: &str, button: &str) -> Vec<(String, String)> {
    let forms = shown
        .split("<form")
        .skip(1)
        .filter_map(|it| it.split_once("</form>"));
    let mut forms = forms
        .map(|it| it.0)
        .filter(|it| it.contains(&format!("value=\"{button}\"")));
    let form = forms
        .next()
        .unwrap_or_else(|| panic!("no form with {button} in {shown}"));
    inputs(form)
}

/// Makes the change that a preview shows.
pub fn saved(client: &Client<'_>, path: &str, preview: &str) {
    let hidden = hidden_fields(preview, "save");
    let pairs: Vec<(&str, &str)> = hidden
        .iter()
        .map(|it| (it.0.as_str(), it.1.as_str()))
        .chain([("do", "save")])
        .collect();
    send(client, path, &pairs).expect(303);
}

/// The preview of what the form of the setting says with these fields other than shown.
fn previewed(client: &Client<'_>, path: &str, shown: &str, other: &[(&str, &str)]) -> String {
    let mut fields = all_fields(shown);
    for (name, value) in other {
        let field = fields.iter_mut().find(|it| it.0 == *name);
        field.unwrap_or_else(|| panic!("no {name} in {shown}")).1 = (*value).to_owned();
    }
    let fields = fields.iter().map(|it| (it.0.as_str(), it.1.as_str()));
    let pairs: Vec<(&str, &str)> = fields.chain([("do", "preview")]).collect();
    text(&send(client, path, &pairs).expect(200))
}

/// All that a browser would send of the form of the setting.
fn all_fields(shown: &str) -> Vec<(String, String)> {
    form_of(shown, "card padded setting")
}

/// Every field of the form with that class, as the page shows it.
pub fn form_of(shown: &str, class: &str) -> Vec<(String, String)> {
    let form = shown
        .split(class)
        .nth(1)
        .and_then(|it| it.split_once("</form>"))
        .unwrap()
        .0;
    let mut fields = inputs(form);
    for part in form.split("<textarea").skip(1) {
        let (tag, rest) = part.split_once('>').unwrap();
        let value = rest.split_once("</textarea>").unwrap().0;
        fields.push((
            attribute(tag, "name").unwrap(),
            decoded(value.strip_prefix('\n').unwrap_or(value)),
        ));
    }
    for part in form.split("<select").skip(1) {
        let (tag, rest) = part.split_once('>').unwrap();
        let options = rest.split_once("</select>").unwrap().0;
        let mut chosen = options
            .split("<option")
            .skip(1)
            .filter(|it| it.split_once('>').unwrap().0.contains(" selected"));
        let value = chosen
            .next()
            .and_then(|it| attribute(it.split_once('>').unwrap().0, "value"));
        fields.push((attribute(tag, "name").unwrap(), value.unwrap_or_default()));
    }
    fields
}

fn inputs(form: &str) -> Vec<(String, String)> {
    let tags = form
        .split("<input")
        .skip(1)
        .map(|it| it.split_once('>').unwrap().0);
    let sent = tags.filter(|it| {
        let is_box = it.contains("type=\"checkbox\"") || it.contains("type=\"radio\"");
        !is_box || it.contains(" checked")
    });
    let pairs = sent.filter_map(|it| {
        Some((
            attribute(it, "name")?,
            attribute(it, "value").unwrap_or_default(),
        ))
    });
    pairs.filter(|it| it.0 != "csrf").collect()
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    Some(decoded(
        tag.split_once(&format!(" {name}=\""))?.1.split_once('"')?.0,
    ))
}

fn decoded(text: &str) -> String {
    text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&amp;", "&")
}

fn item<'j>(checklist: &'j Json, key: &str) -> &'j Json {
    let items = checklist["items"].as_array().unwrap();
    items
        .iter()
        .find(|it| it["key"] == key)
        .unwrap_or_else(|| panic!("no {key} in {checklist}"))
}
