//! Paths about accounts of people and what they may do.

use serde_json::{Value as Json, json};

use super::fixed::{nothing, object, operation, text};
use super::{Operation, answer, body, parameter, response, schema};

/// Adds these paths.
pub(super) fn add_paths(put: &mut impl FnMut(&str, Json)) {
    let about = |id: &str, summary: &str| -> Operation {
        operation(id, "administration", summary)
            .with_parameters([parameter("AnyId")])
            .answering("404", response("NotFound"))
    };
    put(
        "/people/{id}/account",
        json!({
            "get": about("account", "Whether somebody can sign in, with sessions, tokens, roles and open work")
                .answering("200", answer("The account.", schema("Account")))
                .done(),
            "patch": about("change_account", "Close an account with its sessions and tokens, or open it again")
                .with_body(body(object(&["open"], json!({ "open": { "type": "boolean" } })), None))
                .answering("200", answer("The account.", schema("Account")))
                .answering("409", response("Conflict"))
                .done(),
        }),
    );
    let flag = |name: &str, values: Json| json!({ "name": name, "in": "query", "schema": { "type": "string", "enum": values } });
    put(
        "/people/import",
        json!({
            "post": operation("import_people", "administration", "Make, change and take out people by a list; found by employee_number or email")
                .with_parameters([
                    flag("dry_run", json!(["true", "false"])),
                    flag("missing", json!(["left"])),
                    flag("many", json!(["true", "false"])),
                ])
                .with_body(json!({ "required": true, "content": { "text/csv": { "schema": text() } } }))
                .answering("200", answer("What became of each line.", schema("PeopleImported")))
                .answering("422", response("Invalid"))
                .done(),
        }),
    );
    put(
        "/people/{id}/sessions",
        json!({
            "delete": about("end_sessions", "End all sessions of somebody")
                .answering("204", nothing("They are ended."))
                .done(),
        }),
    );
    put(
        "/people/{id}/tokens/{token}",
        json!({
            "delete": about("revoke_token_of", "Revoke a token of somebody")
                .with_parameters([json!({ "name": "token", "in": "path", "required": true, "schema": text() })])
                .answering("204", nothing("It is revoked."))
                .done(),
        }),
    );
    put(
        "/people/{id}/link",
        json!({
            "post": about("make_link", "Make a link by which somebody sets their password; it is shown once")
                .answering("201", answer("The link, and until when it can be used.", schema("PasswordLink")))
                .answering("422", response("Invalid"))
                .done(),
        }),
    );
    let query = |name: &str, required: bool| json!({ "name": name, "in": "query", "required": required, "schema": text() });
    put(
        "/people/{id}/rights",
        json!({
            "get": about("rights", "What somebody may do with records of a type, or with one of them, and why")
                .with_parameters([query("type", true), query("record", false)])
                .answering("200", answer("Actions and fields, each with the roles that open it.", schema("Rights")))
                .done(),
        }),
    );
    let typed = json!({ "token": text(), "password": text() });
    put(
        "/set-password",
        json!({
            "post": operation("set_password", "session", "Set a password by a link, once; all sessions end").open()
                .with_body(body(object(&["token", "password"], typed), None))
                .answering("200", answer("The login that the password is for.", schema("LoginName")))
                .answering("404", response("NotFound"))
                .done(),
        }),
    );
}
