//! One act over many records in pages, without script: chosen in a list, previewed, begun, watched.

use test_kit::{Database, House, both_databases};

use crate::bulk::{incidents, work};
use crate::html::{page, send, text};
use crate::office::{Client, Office};

fn office(database: Database) -> Office {
    let office = Office::on(database);
    office.give_login(House::ADA, "ada");
    office.give_login(House::RITA, "rita");
    office
}

/// The hidden fields of the form with that button.
fn hidden(shown: &str, button: &str) -> Vec<(String, String)> {
    let form = shown.split("<form").find(|it| it.contains(button)).unwrap();
    let form = form.split("</form>").next().unwrap();
    let inputs = form.split("<input type=\"hidden\" ").skip(1);
    let part = |it: &str, name: &str| {
        let rest = it.split(&format!("{name}=\"")).nth(1).unwrap();
        rest.split('"').next().unwrap().replace("&amp;", "&")
    };
    inputs
        .map(|it| (part(it, "name"), part(it, "value")))
        .filter(|it| it.0 != "csrf")
        .collect()
}

/// Sends the form with that button as it is, with these fields besides.
pub fn press(
    browser: &Client<'_>,
    path: &str,
    shown: &str,
    button: &str,
    typed: &[(&str, &str)],
) -> crate::office::Answer {
    let hidden = hidden(shown, button);
    let all: Vec<(&str, &str)> = hidden
        .iter()
        .map(|it| (it.0.as_str(), it.1.as_str()))
        .chain(typed.iter().copied())
        .collect();
    send(browser, path, &all)
}

both_databases! {
    fn chosen_rows_are_changed_after_a_preview(database) {
        let office = office(database);
        let made = incidents(&office, 3);
        let ada = office.browser("ada");
        let list = text(&page(&ada, "/incident?q=").expect(200));
        for part in [r#"<input type="checkbox" name="id" value="INC0000001""#, r#"name="bulk-act" value="change""#, r#"action="/incident/bulk""#] {
            assert!(list.contains(part), "{part}: {list}");
        }
        assert!(!list.contains(r#"value="delete""#), "agents may not delete: {list}");
        let chosen = "id=INC0000001&id=INC0000002&bulk-q=";
        let fields = text(&page(&ada, &format!("/incident/bulk?{chosen}&bulk-act=change")).expect(200));
        assert!(fields.contains("Change fields: 2 incidents") && fields.contains(r#"name="bulk-field" value="impact""#), "{fields}");
        let form = text(&page(&ada, &format!("/incident/bulk?{chosen}&bulk-act=change&bulk-field=impact&bulk-field=urgency")).expect(200));
        assert!(form.contains(r#"name="impact""#) && form.contains(r#"name="urgency""#) && !form.contains(r#"name="title""#), "{form}");
        let typed = [("impact", "1"), ("urgency", "2"), ("bulk-reason", "Storm")];
        let preview = text(&press(&ada, "/incident/bulk", &form, "Preview", &typed).expect(200));
        assert!(preview.contains("You may do this to all 2.") && preview.contains("2 would change"), "{preview}");
        assert_eq!(office.desk.history(made[0]).len(), 1, "a preview writes nothing");
        let back = text(&press(&ada, "/incident/bulk", &preview, "bulk-go", &[("bulk-back", "1")]).expect(200));
        assert!(back.contains("value=\"Storm\""), "{back}");
        let begun = press(&ada, "/incident/bulk", &preview, "bulk-go", &[("bulk-go", "1")]).expect(303);
        let run = begun.header("location").to_owned();
        let waiting = text(&page(&ada, &run).expect(200));
        assert!(waiting.contains("0 of 2 done") && waiting.contains("http-equiv=\"refresh\"") && waiting.contains("/cancel"), "{waiting}");
        let asked = || ada.raw("GET", &run, None, Vec::new(), &[("hx-request", "true")]).expect(200);
        assert!(!asked().headers.contains_key("hx-refresh"));
        work(&office);
        // Who watched it gets the whole page again, with the results.
        assert_eq!(asked().header("hx-refresh"), "true");
        let done = text(&page(&ada, &run).expect(200));
        assert!(done.contains("2 of 2 done") && !done.contains("refresh") && done.contains("/undo"), "{done}");
        let told = text(&page(&ada, &format!("{run}?outcome=changed")).expect(200));
        assert!(told.contains("INC0000001") && told.contains("/incident/INC0000002"), "{told}");
        let numbers: Vec<String> = made.iter().map(|it| office.desk.field(*it, "impact")).collect();
        assert_eq!(numbers.iter().filter(|it| *it == "1").count(), 2);
        let undone = send(&ada, &format!("{run}/undo"), &[]).expect(303);
        work(&office);
        assert!(text(&page(&ada, undone.header("location")).expect(200)).contains("2 of 2 done"));
        assert!(made.iter().all(|it| office.desk.field(*it, "impact") == "3"));
        let runs = text(&page(&ada, "/bulk").expect(200));
        assert!(runs.contains(&run) && runs.contains("Take back: 2 incidents"), "{runs}");
    }

    fn all_that_match_take_a_step_and_refused_ones_are_named(database) {
        let office = office(database);
        let made = incidents(&office, 60);
        office.desk.act(made[0], "resolve", &[("resolution_code", "solution_provided"), ("close_notes", "x")]);
        let ada = office.browser("ada");
        let list = text(&page(&ada, "/incident?q=").expect(200));
        assert!(list.contains("All 60 that match") && list.matches("name=\"id\"").count() == 50, "{list}");
        let steps = text(&page(&ada, "/incident/bulk?bulk-all=1&bulk-q=&id=INC0000001&bulk-act=transition").expect(200));
        assert!(steps.contains("Take a step: 60 incidents") && steps.contains(r#"name="bulk-step" value="resolve""#), "{steps}");
        let form = text(&page(&ada, "/incident/bulk?bulk-all=1&bulk-q=&bulk-act=transition&bulk-step=resolve").expect(200));
        let wrong = text(&press(&ada, "/incident/bulk", &form, "Preview", &[("close_notes", "Over")]).expect(200));
        assert!(wrong.contains("You may do this to none of 60.") && !wrong.contains("name=\"bulk-go\""), "{wrong}");
        let typed = [("resolution_code", "solution_provided"), ("close_notes", "Over"), ("bulk-comment", "The storm is over")];
        let preview = text(&press(&ada, "/incident/bulk", &form, "Preview", &typed).expect(200));
        assert!(preview.contains("You may do this to 59 of 60.") && preview.contains(&office.desk.field(made[0], "number")), "{preview}");
        let begun = press(&ada, "/incident/bulk", &preview, "bulk-go", &[("bulk-go", "1")]).expect(303);
        work(&office);
        let run = begun.header("location").to_owned();
        let done = text(&page(&ada, &run).expect(200));
        assert!(done.contains("60 of 60 done") && done.contains(&office.desk.field(made[0], "number")), "{done}");
        let changed = text(&page(&ada, &format!("{run}?outcome=changed")).expect(200));
        assert!(changed.contains("outcome=changed&amp;after=5"), "{changed}");
    }

    fn it_is_done_to_those_that_were_counted_and_no_others(database) {
        let office = office(database);
        let made = incidents(&office, 60);
        let ada = office.browser("ada");
        let form = text(&page(&ada, "/incident/bulk?bulk-all=1&bulk-q=impact%3A3&bulk-act=change&bulk-field=impact").expect(200));
        let preview = text(&press(&ada, "/incident/bulk", &form, "Preview", &[("impact", "1")]).expect(200));
        assert!(preview.contains("You may do this to all 60.") && preview.contains("and no others"), "{preview}");
        // Two more are found by the filter before somebody presses the button, and one is not any more.
        let later = incidents(&office, 2);
        office.desk.update(made[0], &[("impact", "2")]);
        // Whoever goes back and looks again looks at the same.
        let back = text(&press(&ada, "/incident/bulk", &preview, "bulk-go", &[("bulk-back", "1")]).expect(200));
        assert!(back.contains("Change fields: 60 incidents"), "{back}");
        let preview = text(&press(&ada, "/incident/bulk", &back, "Preview", &[("impact", "1")]).expect(200));
        assert!(preview.contains("You may do this to all 60."), "{preview}");
        let begun = press(&ada, "/incident/bulk", &preview, "bulk-go", &[("bulk-go", "1")]).expect(303);
        work(&office);
        let done = text(&page(&ada, begun.header("location")).expect(200));
        assert!(done.contains("60 of 60 done"), "{done}");
        assert!(made.iter().all(|it| office.desk.field(*it, "impact") == "1"));
        assert!(later.iter().all(|it| office.desk.field(*it, "impact") == "3"), "nobody counted them");
        // What somebody puts there by hand is held to their rights.
        let hidden = office.desk.as_administrator().create("incident", &[("title", "Quagga"), ("access", "2")]);
        let forged = base64::Engine::encode(&base64::engine::general_purpose::URL_SAFE_NO_PAD, hidden.as_bytes());
        let forged = [("bulk-all", "1"), ("bulk-q", ""), ("bulk-counted", &*forged), ("bulk-act", "change"), ("bulk-field", "impact"), ("impact", "1"), ("bulk-go", "1")];
        let begun = send(&ada, "/incident/bulk", &forged).expect(303);
        work(&office);
        assert!(text(&page(&ada, begun.header("location")).expect(200)).contains("1 of 1 done"));
        assert_eq!(office.desk.history(hidden).len(), 1, "it is refused");
    }

    fn what_is_missing_is_asked_for_again(database) {
        let office = office(database);
        incidents(&office, 1);
        let ada = office.browser("ada");
        let nothing = page(&ada, "/incident/bulk?bulk-act=change&bulk-q=").expect(303);
        assert_eq!(nothing.header("location"), "/incident");
        let form = text(&page(&ada, "/incident/bulk?id=INC0000001&bulk-act=comment").expect(200));
        let again = text(&press(&ada, "/incident/bulk", &form, "Preview", &[("bulk-comment", " "), ("bulk-reason", "Because")]).expect(422));
        assert!(again.contains("#bulk-comment") && again.contains("value=\"Because\""), "{again}");
        let form = text(&page(&ada, "/incident/bulk?id=INC0000001&bulk-act=assign").expect(200));
        press(&ada, "/incident/bulk", &form, "Preview", &[]).expect(422);
        let typed = [("team", "Network")];
        let preview = text(&press(&ada, "/incident/bulk", &form, "Preview", &typed).expect(200));
        assert!(preview.contains("Network") && preview.contains("You may do this to all 1."), "{preview}");
        page(&ada, "/incident/bulk?id=INC0000001&bulk-act=delete").expect(400);
        page(&ada, "/incident/bulk?id=INC9999999&bulk-act=comment").expect(404);
    }

    fn requesters_get_no_boxes(database) {
        let office = office(database);
        incidents(&office, 1);
        let rita = office.browser("rita");
        let shown = text(&page(&rita, "/incident?q="));
        assert!(!shown.contains("name=\"id\"") && !shown.contains("bulk-act"), "{shown}");
        page(&rita, "/incident/bulk?id=INC0000001&bulk-act=change").expect(403);
    }
}
