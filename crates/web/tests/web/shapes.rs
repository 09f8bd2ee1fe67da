//! Fields, choices, layouts, numbers and whole types, changed in pages.

use serde_json::json;
use test_kit::{House, both_databases};

use crate::administration::{hidden_fields, saved};
use crate::html::{page, send, text};
use crate::office::Office;

both_databases! {
    fn a_choice_is_relabelled_added_and_taken_out_of_use(database) {
        let office = Office::on(database);
        office.give_login(House::SYD, "syd");
        let (syd, api) = (office.browser("syd"), office.bearer(House::SYD));
        let path = "/admin/types/incident/fields/channel";
        let shown = text(&page(&syd, path).expect(200));
        assert!(shown.contains("value=\"walk_up\""), "{shown}");
        let form = [
            ("do", "choices"), ("c.0.code", "portal"), ("c.0.label", "Self service"), ("c.0.active", "true"),
            ("c.1.code", "chat"), ("c.1.label", "Chat"), ("c.2.code", "fax"), ("c.2.label", "Fax"), ("c.2.active", "true"), ("c.3.code", ""), ("c.3.label", ""),
        ];
        let preview = text(&send(&syd, path, &form).expect(200));
        assert!(preview.contains("Chat can no longer be chosen; no record has it."), "{preview}");
        saved(&syd, "/admin/settings/dictionary.choices", &preview);
        let types = api.get("/types/incident").expect(200).json;
        let channel = types["fields"].as_array().unwrap().iter().find(|it| it["name"] == "channel").unwrap().clone();
        let label = |code: &str| channel["choices"].as_array().unwrap().iter().find(|it| it["code"] == code).unwrap()["label"].clone();
        assert_eq!((label("portal"), label("fax"), label("phone")), (json!("Self service"), json!("Fax"), json!("Phone")));
        api.post("/incident", &json!({ "title": "x", "requester": House::RITA, "channel": "chat" })).expect(422);
        api.post("/incident", &json!({ "title": "x", "requester": House::RITA, "channel": "fax" })).expect(201);
    }

    fn a_field_is_relabelled_and_goes_out_of_use_with_its_values(database) {
        let office = Office::on(database);
        office.give_login(House::SYD, "syd");
        let (syd, api) = (office.browser("syd"), office.bearer(House::SYD));
        api.post("/types/incident/fields", &json!({ "name": "rack", "label": { "en": "Rack" }, "kind": "text", "required": false })).expect(201);
        let made = api.post("/incident", &json!({ "title": "Fan", "requester": House::RITA, "rack": "A1" })).expect(201);
        let path = "/admin/types/incident/fields/rack";
        let preview = text(&send(&syd, path, &[("do", "field"), ("label", "Cabinet")]).expect(200));
        saved(&syd, "/admin/settings/dictionary.fields", &preview);
        assert!(text(&page(&syd, "/incident/new").expect(200)).contains("Cabinet"));
        let preview = text(&send(&syd, path, &[("do", "field"), ("label", "Cabinet"), ("retired", "true")]).expect(200));
        assert!(preview.contains("Cabinet goes out of use; the one record that has a value keeps it."), "{preview}");
        saved(&syd, "/admin/settings/dictionary.fields", &preview);
        assert!(!text(&page(&syd, "/incident/new").expect(200)).contains("Cabinet"));
        assert_eq!(api.get(&format!("/incident/{}", made.id())).expect(200).json["rack"], "A1");
        api.patch(&format!("/incident/{}", made.id()), &json!({ "rack": "B2" })).expect(422);
        let built_in = json!({ "value": { "incident.category": { "retired": true } } });
        api.put("/settings/dictionary.fields", &built_in).expect(422).names("value", "definition-not-own");
    }

    fn a_layout_says_what_lists_and_forms_show(database) {
        let office = Office::on(database);
        office.give_login(House::SYD, "syd");
        let syd = office.browser("syd");
        let path = "/admin/types/location/shape";
        let wrong = text(&send(&syd, path, &[("do", "layout"), ("list", "titel"), ("form", ""), ("create", "")]).expect(200));
        let hidden = hidden_fields(&wrong, "save");
        let pairs: Vec<(&str, &str)> = hidden.iter().map(|it| (it.0.as_str(), it.1.as_str())).chain([("do", "save")]).collect();
        let refused = text(&send(&syd, "/admin/settings/dictionary.layouts", &pairs).expect(422));
        assert!(refused.contains("titel"), "{refused}");
        let form = [("do", "layout"), ("list", "title"), ("form", "[Where it is]\ntitle"), ("create", "title")];
        let preview = text(&send(&syd, path, &form).expect(200));
        saved(&syd, "/admin/settings/dictionary.layouts", &preview);
        let list = text(&page(&syd, "/location?q=").expect(200));
        assert_eq!(list.matches("scope=\"col\"").count(), 2, "the boxes and the title");
    }

    fn the_look_follows_the_setting_for_everybody(database) {
        let office = Office::on(database);
        office.give_login(House::SYD, "syd");
        let syd = office.browser("syd");
        assert!(!text(&page(&office.client(), "/sign-in")).contains("branding.css"));
        let picture = [&[0x89, b'P', b'N', b'G', 13, 10, 26, 10][..], &[0; 8]].concat();
        let boundary = "----b";
        let mut body = format!("--{boundary}\r\ncontent-disposition: form-data; name=\"product\"\r\n\r\nHelp of Acme\r\n--{boundary}\r\ncontent-disposition: form-data; name=\"accent\"\r\n\r\n#7a1f5c\r\n--{boundary}\r\ncontent-disposition: form-data; name=\"logo\"; filename=\"l.png\"\r\n\r\n").into_bytes();
        body.extend_from_slice(&picture);
        body.extend_from_slice(format!("\r\n--{boundary}--\r\n").as_bytes());
        let kind = format!("multipart/form-data; boundary={boundary}");
        let preview = text(&syd.raw("POST", "/admin/branding", Some(&kind), body, &[]).expect(200));
        assert!(preview.contains("Help of Acme"), "{preview}");
        saved(&syd, "/admin/settings/branding", &preview);
        let shown = text(&page(&office.client(), "/sign-in").expect(200));
        assert!(shown.contains("Help of Acme"), "{shown}");
        let (_, rest) = shown.split_once("href=\"/branding.css").unwrap();
        let sheet = page(&office.client(), &format!("/branding.css{}", rest.split_once('"').unwrap().0)).expect(200);
        assert!(text(&sheet).contains("#7a1f5c") && sheet.header("cache-control").contains("immutable"));
        let logo = page(&office.client(), "/branding/logo").expect(200);
        assert_eq!(logo.header("content-type"), "image/png");
        assert_eq!(logo.bytes, picture);
        assert_eq!(logo.header("cache-control"), "no-store", "its address names no content");
        let other = page(&office.client(), "/branding.css?v=0123456789abcdef").expect(200);
        assert_eq!(other.header("cache-control"), "no-store", "its address names other content");
        let api = office.bearer(House::SYD);
        for wrong in [json!({ "accent": "#ffee88" }), json!({ "accent": "red" }), json!({ "logo": "PHN2Zy8+" })] {
            api.put("/settings/branding", &json!({ "value": wrong })).expect(422).names("value", "setting-unreadable");
        }
        office.bearer(House::MAX).put("/settings/branding", &json!({ "value": {} })).refused(403, "forbidden-area");
    }

    fn numbers_are_chosen_before_the_first_record(database) {
        let office = Office::on(database);
        let syd = office.bearer(House::SYD);
        let put = |prefix: &str, width: usize| syd.put("/settings/dictionary.numbers", &json!({ "value": { "incident": { "prefix": prefix, "width": width } } }));
        put("REQ", 7).expect(422).names("value", "definition-number");
        put("flt", 7).expect(422).names("value", "definition-number");
        put("FLT", 8).expect(200);
        let made = syd.post("/incident", &json!({ "title": "x", "requester": House::RITA })).expect(201);
        assert_eq!(made.text("number"), "FLT00000001");
        syd.get("/incident/flt-1").expect(200);
        put("INC", 7).expect(422).names("value", "effect-number");
    }

    fn a_type_with_states_and_steps_is_made_in_a_page_and_gets_more(database) {
        let office = Office::on(database);
        office.give_login(House::SYD, "syd");
        let (syd, api) = (office.browser("syd"), office.bearer(House::SYD));
        let states = "open: Open: new\ndone: Done: closed";
        let form = [
            ("label", "Visit"), ("plural", "Visits"), ("name", "visit"), ("prefix", "VIS"), ("spine", "assignee"), ("spine", "team"), ("journal", "true"),
            ("states", states), ("steps", "finish: Finish: open > done"),
        ];
        let wrong = text(&send(&syd, "/admin/types/new", &[("label", "Visit"), ("name", "visit"), ("states", "open")]).expect(422));
        assert!(wrong.contains("This line cannot be read: open"), "{wrong}");
        assert_eq!(send(&syd, "/admin/types/new", &form).expect(303).header("location"), "/admin/types/visit");
        let made = api.post("/visit", &json!({ "title": "Berlin" })).expect(201);
        assert!(made.text("number").starts_with("VIS"));
        let path = "/admin/types/visit/shape";
        let preview = text(&send(&syd, path, &[("do", "state"), ("state-code", "waits"), ("state-label", "Waits"), ("phase", "on_hold")]).expect(200));
        saved(&syd, "/admin/settings/dictionary.states", &preview);
        let step = [("do", "step"), ("step-name", "park"), ("step-label", "Park"), ("from", "open"), ("to", "waits")];
        let preview = text(&send(&syd, path, &step).expect(200));
        saved(&syd, "/admin/settings/dictionary.states", &preview);
        api.post(&format!("/visit/{}/actions/park", made.id()), &json!({})).expect(200);
        assert_eq!(api.get(&format!("/visit/{}", made.id())).expect(200).json["state"], "waits");
        api.delete("/settings/dictionary.states").expect(422).names("value", "effect-choice-gone");
    }

    fn states_that_are_there_ask_lock_and_hide_afterwards(database) {
        let office = Office::on(database);
        office.give_login(House::SYD, "syd");
        let (syd, api) = (office.browser("syd"), office.bearer(House::SYD));
        let spec = json!({
            "name": "visit", "label": { "en": "Visit" }, "plural": { "en": "Visits" },
            "states": [{ "code": "open", "label": { "en": "Open" }, "phase": "new" }, { "code": "done", "label": { "en": "Done" }, "phase": "closed" }],
            "transitions": [{ "name": "finish", "label": { "en": "Finish" }, "from": ["open"], "to": "done" }],
            "fields": [{ "name": "town", "label": { "en": "Town" }, "kind": "text" }],
        });
        api.post("/types", &spec).expect(201);
        let made = api.post("/visit", &json!({ "title": "Berlin" })).expect(201);
        let other = api.post("/visit", &json!({ "title": "Oslo", "town": "Oslo" })).expect(201);
        for (name, label) in [("guide", "Guide"), ("secret", "Secret")] {
            api.post("/types/visit/fields", &json!({ "name": name, "label": { "en": label }, "kind": "text" })).expect(201);
        }
        let third = json!({ "title": "Rome", "town": "Rome", "guide": "Anna", "secret": "Under the mat" });
        let third = api.post("/visit", &third).expect(201);
        let before = text(&page(&syd, &format!("/visit/{}", third.id())).expect(200));
        assert!(before.contains("Under the mat"), "{before}");
        // Both are younger than the states; so is the thought that a visit needs a town.
        let path = "/admin/types/visit/shape";
        let form = [
            ("do", "flags"), ("f.open.required", "town"), ("f.open.locked", ""), ("f.open.hidden", "secret"),
            ("f.done.required", "guide"), ("f.done.locked", "town"), ("f.done.hidden", ""),
        ];
        let preview = text(&send(&syd, path, &form).expect(200));
        assert!(preview.contains("Open asks for Town from now on; one record in it has none"), "{preview}");
        assert!(preview.contains("Done asks for Guide from now on; every record in it has that."), "{preview}");
        saved(&syd, "/admin/settings/dictionary.states", &preview);
        let shown = text(&page(&syd, path).expect(200));
        assert!(shown.contains("name=\"f.done.locked\" value=\"town\""), "{shown}");
        let one = format!("/visit/{}", made.id());
        api.patch(&one, &json!({ "title": "Berlin, twice" })).expect(422).names("town", "refused-required");
        api.patch(&one, &json!({ "title": "Berlin, twice", "town": "Berlin" })).expect(200);
        api.patch(&one, &json!({ "guide": "Anna" })).expect(200);
        let seen = text(&page(&syd, &format!("/visit/{}", third.id())).expect(200));
        assert!(seen.contains("Guide") && !seen.contains("Secret") && !seen.contains("Under the mat"), "{seen}");
        api.post(&format!("/visit/{}/actions/finish", other.id()), &json!({})).expect(422).names("guide", "refused-required");
        api.post(&format!("{one}/actions/finish"), &json!({})).expect(200);
        api.patch(&one, &json!({ "town": "Bonn" })).expect(422).names("town", "refused-read-only");
        // The same by the API, in place of what was said before; what is left out is as its type says.
        let states = "/settings/dictionary.states";
        let flags = |of: &str, flags: serde_json::Value| json!({ "value": { of: { "flags": flags } } });
        api.put(states, &flags("visit", json!({ "gone": {} }))).expect(422).names("value", "definition-unknown-name");
        api.put(states, &flags("visit", json!({ "open": { "twon": "hidden" } }))).expect(422).names("value", "definition-refused");
        api.put(states, &flags("incident", json!({ "new": { "impact": "hidden" } }))).expect(422).names("value", "definition-not-own");
        api.put(states, &flags("visit", json!({ "open": { "guide": "required" } }))).expect(200);
        api.patch(&one, &json!({ "town": "Bonn" })).expect(200);
        let two = format!("/visit/{}", other.id());
        api.patch(&two, &json!({ "town": "" })).expect(422).names("guide", "refused-required");
        // A field that goes out of use is asked for by no state: nobody could give it.
        api.put("/settings/dictionary.fields", &json!({ "value": { "visit.guide": { "retired": true } } })).expect(200);
        api.patch(&two, &json!({ "title": "Oslo again" })).expect(200);
    }
}
