//! Forms with texts that cannot be stored come again, with the field named and all else kept; and pages that say no
//! stand in the frame of those who are signed in.

use serde_json::json;
use test_kit::{House, both_databases};

use crate::html::{office_of_ada, page, send, text};
use crate::office::{Answer, Client};

fn send_raw(client: &Client<'_>, path: &str, body: &str) -> Answer {
    let form = Some("application/x-www-form-urlencoded");
    client.raw("POST", path, form, body.as_bytes().to_vec(), &[])
}

both_databases! {
    fn a_text_that_cannot_be_stored_is_named_and_the_rest_kept(database) {
        let office = office_of_ada(database);
        let ada = office.browser("ada");
        let again = send_raw(&ada, "/incident/new", "title=No%00mail&description=Since+%22nine%22&requester=Rita").expect(422);
        let shown = text(&again);
        assert!(shown.contains("Title") && shown.contains("U+0000"), "{shown}");
        assert!(shown.contains("\nNomail</textarea>"), "{shown}");
        assert!(shown.contains(r#"name="description" value="Since &quot;nine&quot;""#), "{shown}");
        assert!(shown.contains(r#"action="/incident/new""#) && shown.contains(r#"name="csrf""#), "{shown}");
        assert!(shown.contains(r#"href="/sign-out""#) || shown.contains("/sign-out"), "the frame stays: {shown}");
        let again = text(&send_raw(&ada, "/incident/new", "title=No+mail&description=Gr%FCn").expect(422));
        assert!(again.contains("Description") && again.contains("Gr\u{fffd}n</textarea>"), "{again}");
        assert!(again.contains(r#"name="title" value="No mail""#), "{again}");
        assert_eq!(office.desk.as_administrator().list("incident", "").len(), 0);
    }

    fn a_form_that_comes_again_keeps_its_whole_address_and_pages_that_say_no_lead_back_to_the_list(database) {
        let office = office_of_ada(database);
        let ada = office.browser("ada");
        let again = send_raw(&ada, "/incident/new?parent=INC0000007&back=%2Fincident%3Fq%3Dopen", "title=No%00mail").expect(422);
        let shown = text(&again);
        assert!(shown.contains(r#"action="/incident/new?parent=INC0000007&amp;back=%2Fincident%3Fq%3Dopen""#), "{shown}");
        let from = "http://desk.example.org/incident?q=state%3Anew&sort=-priority";
        let refused = ada.raw("GET", "/admin/settings", None, Vec::new(), &[("referer", from)]).expect(403);
        let shown = text(&refused);
        assert!(shown.contains(r#"href="/incident?q=state%3Anew&amp;sort=-priority""#), "{shown}");
        let foreign = ada.raw("GET", "/admin/settings", None, Vec::new(), &[("referer", "http://evil.example/incident?q=1")]).expect(403);
        assert!(!text(&foreign).contains("/incident?q=1"), "{}", text(&foreign));
    }

    fn a_comment_and_a_form_with_files_come_again_too(database) {
        let office = office_of_ada(database);
        office.give_login(House::RITA, "rita");
        let (ada, rita) = (office.browser("ada"), office.browser("rita"));
        office.desk.as_person(House::RITA).create("incident", &[("title", "No mail")]);
        let said = text(&send_raw(&ada, "/incident/INC0000001/comment", "body=Try%00again&visibility=private").expect(422));
        assert!(said.contains("\nTryagain</textarea>") && said.contains(r#"name="visibility" value="private""#), "{said}");
        let parts = "--x\r\ncontent-disposition: form-data; name=\"title\"\r\n\r\nMy\u{0}desk\r\n--x\r\ncontent-disposition: form-data; name=\"description\"\r\n\r\nIt wobbles\r\n--x--\r\n";
        let csrf = rita.header("x-csrf-token").unwrap();
        let answer = rita.raw("POST", "/portal/new/incident", Some("multipart/form-data; boundary=x"), parts.as_bytes().to_vec(), &[("x-csrf-token", &csrf)]);
        let shown = text(&answer.expect(422));
        assert!(shown.contains("\nMydesk</textarea>") && shown.contains(r#"value="It wobbles""#), "{shown}");
        assert!(shown.contains("/portal/requests"), "in the voice of the portal: {shown}");
    }

    fn a_forged_form_is_not_shown_again_and_secrets_never_are(database) {
        let office = office_of_ada(database);
        let ada = office.browser("ada");
        ada.set("x-csrf-token", "forged");
        let forged = text(&send_raw(&ada, "/incident/new", "title=No%00mail").expect(403));
        assert!(!forged.contains("Nomail"), "{forged}");
        let stranger = office.client();
        let shown = text(&send_raw(&stranger, "/sign-in", "login=a%00da&password=hunter2").expect(422));
        assert!(shown.contains("\nada</textarea>") && shown.contains("Password") && !shown.contains("hunter2"), "{shown}");
        assert!(shown.contains(r#"name="password""#), "it is asked for again: {shown}");
    }

    fn whoever_is_signed_in_keeps_the_navigation_on_pages_that_say_no(database) {
        let office = office_of_ada(database);
        office.give_login(House::RITA, "rita");
        let (ada, rita) = (office.browser("ada"), office.browser("rita"));
        office.desk.as_person(House::RITA).create("incident", &[("title", "No mail")]);
        for (path, status) in [("/nowhere/at/all", 404), ("/incident/INC0009999", 404), ("/admin/settings", 403), ("/incident/%ff", 400)] {
            let shown = text(&page(&ada, path).expect(status));
            assert!(shown.contains("href=\"/records\"") || shown.contains("href=\"/incident"), "{path}: {shown}");
            assert!(shown.contains("/sign-out"), "{path}: {shown}");
        }
        for path in ["/portal/incident/INC0009999", "/nowhere"] {
            let shown = text(&page(&rita, path).expect(404));
            assert!(shown.contains("/portal/requests") && shown.contains("/sign-out"), "{path}: {shown}");
        }
        let stranger = text(&page(&office.client(), "/nowhere/at/all").expect(404));
        assert!(!stranger.contains("/sign-out"), "{stranger}");
    }

    fn a_step_that_does_not_exist_is_not_found(database) {
        let office = office_of_ada(database);
        office.give_login(House::RITA, "rita");
        let (ada, rita) = (office.browser("ada"), office.browser("rita"));
        office.desk.as_person(House::RITA).create("incident", &[("title", "No mail")]);
        let shown = text(&page(&ada, "/incident/INC0000001/step/nope").expect(404));
        assert!(shown.contains("There is no step nope"), "{shown}");
        send(&ada, "/incident/INC0000001/step/nope", &[]).expect(404);
        send(&rita, "/portal/incident/INC0000001/step/nope", &[]).expect(404);
        // One that exists and cannot be taken now is another matter.
        page(&ada, "/incident/INC0000001/step/reopen").expect(409);
        let unknown = ada.post("/incident/INC0000001/actions/nope", &json!({}));
        unknown.refused(404, "transition-unknown-of");
    }
}
