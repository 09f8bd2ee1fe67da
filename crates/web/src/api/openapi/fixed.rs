//! Paths that belong to no type: sessions, tokens, settings, the dictionary, the check of the history.

use serde_json::{Map, Value as Json, json};

use super::{LIST, Operation, answer, body, parameter, response, schema};

/// Adds these paths.
pub(super) fn add_paths(paths: &mut Map<String, Json>) {
    let mut put = |path: &str, operations: Json| drop(paths.insert(path.to_owned(), operations));
    sessions(&mut put);
    tokens(&mut put);
    settings(&mut put);
    super::people::add_paths(&mut put);
    jobs(&mut put);
    mails(&mut put);
    dictionary(&mut put);
    super::search::add_paths(&mut put);
    super::bulk::add_paths(&mut put);
    super::imports::add_paths(&mut put);
    super::attachments::add_uploads(&mut put);
    put("/records", json!({ "get": across_types() }));
    super::lists::add_paths(&mut put);
    put("/records/{id}", json!({ "get": one_of_any_type() }));
    verify(&mut put);
}

pub(super) fn operation(id: &str, tag: &str, summary: &str) -> Operation {
    Operation::new(id.to_owned(), tag, summary.to_owned())
}

/// An operation that answers with that.
fn simple(id: &str, tag: &str, summary: &str, what: &str) -> Json {
    operation(id, tag, summary)
        .answering("200", answer("What there is.", schema(what)))
        .done()
}

pub(super) fn nothing(text: &str) -> Json {
    json!({ "description": text })
}

pub(super) fn object(required: &[&str], properties: Json) -> Json {
    json!({ "type": "object", "required": required, "properties": properties })
}

pub(super) fn text() -> Json {
    json!({ "type": "string" })
}

fn sessions(put: &mut impl FnMut(&str, Json)) {
    let sign_in = object(
        &["login", "password"],
        json!({ "login": text(), "password": text() }),
    );
    put(
        "/sign-in",
        json!({
            "post": operation("sign_in", "session", "Begin a session").open()
                .with_body(body(sign_in, None))
                .answering("200", answer("The session's cookie is set; csrf is its token.", schema("SignedIn")))
                .done(),
        }),
    );
    put(
        "/sign-out",
        json!({
            "post": operation("sign_out", "session", "End the session").answering("204", nothing("It is ended.")).done(),
        }),
    );
    let first = json!({ "token": text(), "name": text(), "email": text(), "password": text() });
    put(
        "/first-administrator",
        json!({
            "post": operation("first_administrator", "session", "Make the first administrator, once").open()
                .with_body(body(object(&["token", "name", "email", "password"], first), None))
                .answering("201", answer("They can sign in.", schema("NewPerson")))
                .answering("404", response("NotFound"))
                .done(),
        }),
    );
    put(
        "/me",
        json!({
            "get": operation("me", "session", "Who you are and what you may")
                .answering("200", answer("You.", schema("Me")))
                .done(),
        }),
    );
    let change = object(
        &["present", "new"],
        json!({ "present": text(), "new": text() }),
    );
    put(
        "/me/password",
        json!({
            "post": operation("change_password", "session", "Set another password; other sessions end")
                .with_body(body(change, None))
                .answering("204", nothing("It is set."))
                .done(),
        }),
    );
    put(
        "/sessions",
        json!({ "get": simple("sessions", "session", "Your sessions", "Sessions") }),
    );
    put(
        "/sessions/{id}",
        json!({
            "delete": operation("end_session", "session", "End one of your sessions")
                .with_parameters([parameter("AnyId")])
                .answering("204", nothing("It is ended."))
                .answering("404", response("NotFound"))
                .done(),
        }),
    );
}

fn tokens(put: &mut impl FnMut(&str, Json)) {
    let wish = json!({
        "name": text(),
        "scopes": { "type": "array", "items": text(), "examples": [["*:read", "incident:write"]] },
        "expires_at": { "type": ["string", "null"], "format": "date-time" },
    });
    put(
        "/tokens",
        json!({
            "get": simple("tokens", "session", "Your tokens, without their secrets", "Tokens"),
            "post": operation("mint_token", "session", "Make a token; its secret is shown once")
                .with_body(body(object(&["name", "scopes"], wish), None))
                .answering("201", answer("The token.", schema("NewToken")))
                .done(),
        }),
    );
    put(
        "/tokens/{id}",
        json!({
            "delete": operation("revoke_token", "session", "Revoke one of your tokens")
                .with_parameters([parameter("AnyId")])
                .answering("204", nothing("It is revoked."))
                .answering("404", response("NotFound"))
                .done(),
        }),
    );
}

fn settings(put: &mut impl FnMut(&str, Json)) {
    let about = |id: &str, summary: &str| {
        operation(id, "administration", summary)
            .with_parameters([parameter("Key"), parameter("Organisation")])
            .answering(
                "200",
                answer(
                    "The setting with its origin and changes.",
                    schema("SettingWithChanges"),
                ),
            )
            .answering("404", response("NotFound"))
    };
    put(
        "/set-up",
        json!({ "get": simple("set_up", "administration", "What a new desk still needs, computed from what is there", "SetUp") }),
    );
    put(
        "/settings",
        json!({
            "get": operation("settings", "administration", "Settings in force")
                .with_parameters([parameter("Organisation")])
                .answering("200", answer("The settings that you may administer.", schema("Settings")))
                .done(),
        }),
    );
    put(
        "/settings/{key}",
        json!({
            "get": about("setting", "One setting, and which row it comes from").done(),
            "put": about("put_setting", "Set it")
                .with_parameters([parameter("IdempotencyKey")])
                .with_body(body(object(&["value"], json!({ "value": {} })), None))
                .done(),
            "delete": about("reset_setting", "Take the row away; the next one up the tree is in force")
                .answering("422", response("Invalid"))
                .done(),
        }),
    );
    put(
        "/settings/{key}/preview",
        json!({
            "post": operation("preview_setting", "administration", "What a change would do; without value, what taking the row away would do")
                .with_parameters([parameter("Key"), parameter("Organisation")])
                .with_body(body(object(&[], json!({ "value": {} })), None))
                .answering("200", answer("What would differ, and what that does to records.", schema("SettingPreview")))
                .answering("404", response("NotFound"))
                .done(),
        }),
    );
}

fn jobs(put: &mut impl FnMut(&str, Json)) {
    let on_one = |id: &str, summary: &str| {
        operation(id, "administration", summary)
            .with_parameters([parameter("AnyId")])
            .answering("404", response("NotFound"))
    };
    put(
        "/jobs",
        json!({
            "get": operation("jobs", "administration", "Work for later in one state, newest first")
                .with_parameters([parameter("JobState"), parameter("Limit"), parameter("After")])
                .answering("200", answer("One page.", schema("Jobs")))
                .done(),
        }),
    );
    put(
        "/jobs/{id}",
        json!({
            "get": on_one("job", "One job, and why it failed")
                .answering("200", answer("The job.", schema("Job")))
                .done(),
            "delete": on_one("discard_job", "Take a waiting or dead job off the list")
                .answering("204", nothing("It is discarded."))
                .answering("409", response("Conflict"))
                .done(),
        }),
    );
    put(
        "/jobs/{id}/retry",
        json!({
            "post": on_one("retry_job", "Let a dead or discarded job begin anew")
                .with_parameters([parameter("IdempotencyKey")])
                .answering("200", answer("The job.", schema("Job")))
                .answering("409", response("Conflict"))
                .answering("422", response("Invalid"))
                .done(),
        }),
    );
}

fn mails(put: &mut impl FnMut(&str, Json)) {
    let on_one = |id: &str, summary: &str| {
        operation(id, "administration", summary)
            .with_parameters([parameter("AnyId")])
            .answering("404", response("NotFound"))
    };
    put(
        "/mails",
        json!({
            "get": operation("mails", "administration", "Mails that came in, in one state, newest first")
                .with_parameters([parameter("MailState"), parameter("Limit"), parameter("After")])
                .answering("200", answer("One page.", schema("Mails")))
                .done(),
        }),
    );
    put(
        "/mails/{id}",
        json!({
            "get": on_one("mail", "One mail, and what became of it")
                .answering("200", answer("The mail.", schema("Mail")))
                .done(),
            "delete": on_one("discard_mail", "Throw a parked or kept mail away; its content goes after some days")
                .answering("204", nothing("It is discarded."))
                .answering("409", response("Conflict"))
                .done(),
        }),
    );
    let take = object(
        &[],
        json!({
            "as": { "type": ["string", "null"], "format": "uuid", "description": "The person in whose name it is taken." },
            "make": {
                "anyOf": [object(&["title"], json!({ "title": text() })), { "type": "null" }],
                "description": "The person to be made with the sender's address.",
            },
        }),
    );
    put(
        "/mails/{id}/take",
        json!({
            "post": on_one("take_mail", "Let a parked or kept mail have its turn again: as it came, or as somebody")
                .with_body(body(take, None))
                .answering("200", answer("The mail.", schema("Mail")))
                .answering("409", response("Conflict"))
                .answering("422", response("Invalid"))
                .done(),
        }),
    );
}

fn verify(put: &mut impl FnMut(&str, Json)) {
    let asking = |id: &str, summary: &str| {
        operation(id, "administration", summary)
            .answering("200", answer("How it stands.", schema("Verification")))
            .answering("404", response("NotFound"))
    };
    let mut begun = answer("It waits or runs already.", schema("Verification"));
    begun["headers"] = json!({ "Location": { "$ref": "#/components/headers/Location" } });
    put(
        "/verify",
        json!({
            "get": asking("verification_newest", "How the newest check of the history stands").done(),
            "post": operation("verify", "administration", "Recompute the history in the background")
                .with_parameters([parameter("IdempotencyKey")])
                .answering("202", begun)
                .answering("422", response("Invalid"))
                .done(),
        }),
    );
    put(
        "/verify/{id}",
        json!({
            "get": asking("verification", "How a check of the history stands, and what it found")
                .with_parameters([parameter("AnyId")])
                .done(),
        }),
    );
}

fn dictionary(put: &mut impl FnMut(&str, Json)) {
    let made = || nothing("It is there.");
    put(
        "/types",
        json!({
            "get": simple("types", "administration", "All record types, and the kinds of links between records", "Types"),
            "post": operation("add_type", "administration", "Add a record type")
                .with_parameters([parameter("IdempotencyKey")])
                .with_body(body(schema("TypeDefinition"), None))
                .answering("201", made())
                .done(),
        }),
    );
    put(
        "/types/{type}",
        json!({
            "get": operation("type", "administration", "Fields, states and transitions of a type")
                .with_parameters([parameter("TypeName")])
                .answering("200", answer("The type.", schema("TypeDescription")))
                .answering("404", response("NotFound"))
                .done(),
        }),
    );
    put(
        "/types/{type}/fields",
        json!({
            "post": operation("add_field", "administration", "Add a field to a type")
                .with_parameters([parameter("TypeName"), parameter("IdempotencyKey")])
                .with_body(body(schema("FieldDefinition"), None))
                .answering("201", made())
                .answering("404", response("NotFound"))
                .done(),
        }),
    );
}

fn across_types() -> Json {
    operation(
        "list_records",
        "records",
        "Records of all types, by the fields that all have",
    )
    .with_parameters(LIST.map(parameter))
    .answering("200", answer("One page.", schema("AnyPage")))
    .done()
}

fn one_of_any_type() -> Json {
    operation(
        "get_record",
        "records",
        "One record of any type, by id or number",
    )
    .with_parameters([
        parameter("Id"),
        parameter("Fields"),
        parameter("Labels"),
        parameter("IfNoneMatch"),
    ])
    .answering("200", answer("The record.", schema("AnyRecord")))
    .answering("304", nothing("It is as it was."))
    .answering("404", response("NotFound"))
    .done()
}
