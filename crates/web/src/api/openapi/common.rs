//! What all paths share: schemas, parameters, answers, ways to sign in.

use serde_json::{Map, Value as Json, json};

use super::schema;

/// Schemas that belong to no type.
pub(super) fn schemas() -> Map<String, Json> {
    let all = [
        ("Problem", problem()),
        ("Reference", reference()),
        ("Money", money()),
        ("Me", me()),
        ("Comment", comment()),
        (
            "CommentBody",
            json!({ "oneOf": [{ "type": "string" }, schema("Comment")] }),
        ),
        ("Link", link()),
        ("Links", links()),
        ("Followers", page_of("followers", schema("Reference"))),
        ("Job", job()),
        ("Jobs", jobs()),
        ("Mail", mail()),
        ("Mails", page_of("mails", schema("Mail"))),
        ("Verification", verification()),
        ("Timeline", timeline()),
        ("AggregateQuestion", aggregate_question()),
        ("Aggregate", aggregate()),
        (
            "AnyRecord",
            json!({ "type": "object", "required": ["id", "type"], "additionalProperties": true }),
        ),
        ("AnyPage", list_of("records", schema("AnyRecord"))),
    ];
    all.into_iter()
        .map(|(name, schema)| (name.to_owned(), schema))
        .collect()
}

/// Parameters by name.
pub(super) fn parameters() -> Json {
    let query = |name: &str, schema: Json, text: &str| json!({ "name": name, "in": "query", "schema": schema, "description": text });
    let text = || json!({ "type": "string" });
    let texts = || json!({ "type": "array", "items": { "type": "string" } });
    let path = |name: &str, text: &str| json!({ "name": name, "in": "path", "required": true, "schema": { "type": "string" }, "description": text });
    let header = |name: &str, text: &str| json!({ "name": name, "in": "header", "schema": { "type": "string" }, "description": text });
    json!({
        "Id": path("id", "Id or number of the record."),
        "Comment": path("comment", "Id of the comment, as the timeline tells it."),
        "Person": path("person", "Id of the person, or me."),
        "Key": path("key", "Key of the setting."),
        "TypeName": path("type", "Name of the type."),
        "AnyId": path("id", "Id."),
        "Filter": query("filter", text(), "Which records: `state:open priority<=2 assignee:me \"vpn\"`."),
        "FilterJson": query("filter_json", text(), "The same as JSON: `{\"field\":\"priority\",\"op\":\"<=\",\"value\":2}`."),
        "Sort": query("sort", text(), "Fields in order, `-` for descending: `-opened_at,priority`."),
        "Fields": query("fields", text(), "Only these fields, separated by commas."),
        "Limit": query("limit", json!({ "type": "integer", "minimum": 1, "maximum": 200, "default": 50 }), "Most records of the page."),
        "Most": query("limit", json!({ "type": "integer", "minimum": 1, "maximum": 200 }), "Most entries of the page; all without it."),
        "After": query("after", text(), "Where the page begins: `next` of the page before."),
        "Count": query("count", json!({ "enum": ["none", "exact"], "default": "none" }), "Whether all matches are counted."),
        "SearchText": query("q", text(), "Words, \"phrases\", -without, this or that, wor*, a number in any spelling, and filters: `vpn state:open`."),
        "Types": query("type", text(), "Names of types, separated by commas; all without one. With one type, filters may name its fields."),
        "Typing": query("typing", json!({ "type": "boolean", "default": false }), "Whether the last word may be unfinished."),
        "Hits": query("limit", json!({ "type": "integer", "minimum": 1, "maximum": 200, "default": 25 }), "Most hits of the page."),
        "Alike": query("limit", json!({ "type": "integer", "minimum": 1, "maximum": 200, "default": 10 }), "Most hits; more than 100 count as 100."),
        "Labels": query("labels", json!({ "type": "boolean", "default": false }), "Whether choices come with their words."),
        "Reason": query("reason", text(), "Why, for the history."),
        "Organisation": query("organisation", text(), "Id of the organisation; the tenant without one."),
        "Group": query("group", texts(), "Groups in order: `state`, `opened_at:month`, `opened_at:fiscal_year:4`."),
        "Measure": query("measure", texts(), "What is measured: `count`, `median:elapsed(opened_at,resolved_at)`, `backlog:closed_at`, `share:priority=1`."),
        "Format": query("format", json!({ "enum": ["csv", "xlsx", "json", "jsonl"], "default": "csv" }), "What the file is written as; a workbook takes at most 1,048,575 records; `jsonl` has one record on each line. In CSV, words that a spreadsheet would compute get an apostrophe in front."),
        "Zone": query("zone", text(), "Time zone in which days begin; yours without one."),
        "From": query("from", json!({ "type": "string", "format": "date-time" }), "Begin of the first time that is grouped by."),
        "To": query("to", json!({ "type": "string", "format": "date-time" }), "End of it, not included."),
        "JobState": query("state", json!({ "enum": engine::job::JobState::ALL.map(engine::job::JobState::code), "default": "dead" }), "How the jobs stand."),
        "MailState": query("state", json!({ "enum": engine::system::mail::MailState::ALL.map(engine::system::mail::MailState::code), "default": "parked" }), "How the mails stand."),
        "ImportUpload": query("upload", json!({ "type": "string", "format": "uuid" }), "A file that was sent ahead."),
        "ImportOf": query("import", json!({ "type": "string", "format": "uuid" }), "Another import, whose file is meant."),
        "ImportType": query("type", text(), "The type that its rows are to become, for a mapping to begin with."),
        "ImportSheet": query("sheet", text(), "The sheet of a workbook that has more than one."),
        "Whose": query("whose", json!({ "enum": ["own", "all"], "default": "own" }), "Whose runs."),
        "BulkOutcome": query("outcome", json!({ "enum": engine::system::bulk::RecordOutcome::ALL.map(engine::system::bulk::RecordOutcome::code) }), "Only records of which this became."),
        "LinkKind": query("kind", text(), "Kind of the link."),
        "LinkTo": query("to", text(), "Id or number of the other record."),
        "IfMatch": header("If-Match", "The ETag that you saw; another version is answered 412."),
        "IfNoneMatch": header("If-None-Match", "The ETag that you have; the same version is answered 304."),
        "IdempotencyKey": header("Idempotency-Key", "Sent again with the same body, the same answer comes and nothing is done."),
    })
}

/// Problems by name.
pub(super) fn responses() -> Json {
    let problem = |text: &str| json!({ "description": text, "content": { "application/problem+json": { "schema": schema("Problem") } } });
    let wait = |text: &str| {
        let mut answer = problem(text);
        answer["headers"] = json!({ "Retry-After": { "schema": { "type": "integer" }, "description": "Seconds to wait." } });
        answer
    };
    json!({
        "BadRequest": problem("The request cannot be read."),
        "NotSignedIn": problem("Nobody is signed in, or the token is unknown or over."),
        "Forbidden": problem("You may see it, but not do this."),
        "NotFound": problem("There is no such record, or you may not know of it."),
        "Conflict": problem("Another change came first, or the state does not allow it."),
        "Changed": problem("The record has another version than If-Match names."),
        "TooLarge": problem("The body is too large."),
        "MediaType": problem("The body has another media type than JSON."),
        "Invalid": problem("Some values do not fit; each is named."),
        "TooMany": wait("Too many requests, or tries of a password."),
        "Busy": wait("The server is busy, or the question takes too long."),
    })
}

/// Headers of answers.
pub(super) fn headers() -> Json {
    json!({
        "ETag": { "description": "Version of the record, for If-Match.", "schema": { "type": "string" }, "example": "\"3\"" },
        "Location": { "description": "Address of the new record.", "schema": { "type": "string" } },
    })
}

/// Ways to show who one is.
pub(super) fn security_schemes() -> Json {
    json!({
        "bearer": {
            "type": "http",
            "scheme": "bearer",
            "description": "A personal access token. Scopes: a type or *, a colon, and read, write or admin.",
        },
        "session": { "type": "apiKey", "in": "cookie", "name": "__Host-deskwright", "description": "The session of the pages." },
        "csrf": {
            "type": "apiKey",
            "in": "header",
            "name": ui::page::CSRF_HEADER,
            "description": "The session's token, from /me. Only with a session, and only for requests that change something.",
        },
    })
}

pub(super) fn list_of(name: &str, items: Json) -> Json {
    json!({ "type": "object", "required": [name], "properties": { name: { "type": "array", "items": items } } })
}

pub(super) fn page_of(name: &str, items: Json) -> Json {
    let mut page = list_of(name, items);
    page["required"] = json!([name, "next"]);
    page["properties"]["next"] = json!({
        "type": ["string", "null"],
        "description": "The value of after for the next page; null on the last one.",
    });
    page
}

fn me() -> Json {
    let id = json!({ "type": "string", "format": "uuid" });
    let ids = json!({ "type": "array", "items": id });
    let role = json!({
        "type": "object",
        "required": ["role", "organisations"],
        "properties": { "role": { "type": "string" }, "organisations": ids },
    });
    json!({
        "type": "object",
        "required": ["id", "name", "teams", "organisation", "roles", "scopes", "language", "zone", "csrf"],
        "properties": {
            "id": id,
            "name": { "type": "string" },
            "teams": ids,
            "organisation": { "type": ["string", "null"], "format": "uuid" },
            "roles": { "type": "array", "items": role },
            "scopes": {
                "type": ["array", "null"],
                "items": { "type": "string" },
                "description": "What the token may; null of a session.",
            },
            "language": { "type": "string" },
            "zone": { "type": ["string", "null"] },
            "csrf": { "type": ["string", "null"], "description": "The session's token; null of a token." },
        },
    })
}

fn problem() -> Json {
    json!({
        "title": "RFC 9457 problem",
        "type": "object",
        "required": ["type", "title", "status", "detail", "request_id"],
        "properties": {
            "type": { "type": "string", "format": "uri-reference", "description": "Stable code of the problem." },
            "title": { "type": "string" },
            "status": { "type": "integer" },
            "detail": { "type": "string", "description": "What happened and what would mend it." },
            "request_id": { "type": "string", "description": "To be told to an administrator." },
            "current_version": { "type": "integer", "description": "The version that the record has now." },
            "position": {
                "type": "object",
                "description": "Where in the text of a filter something does not fit.",
                "required": ["byte", "column"],
                "properties": {
                    "byte": { "type": "integer", "description": "Bytes before it." },
                    "column": { "type": "integer", "description": "Characters up to it, from 1." },
                },
            },
            "pointer": { "type": "string", "description": "Where in filter_json: a JSON pointer." },
            "proposals": { "type": "array", "items": { "type": "string" }, "description": "What was perhaps meant, nearest first." },
            "errors": {
                "type": "array",
                "items": {
                    "type": "object",
                    "required": ["field", "code", "message"],
                    "properties": {
                        "field": { "type": ["string", "null"] },
                        "code": { "type": "string" },
                        "message": { "type": "string" },
                    },
                },
            },
        },
        "example": {
            "type": "/problems/problem-fields",
            "title": "Some values do not fit",
            "status": 422,
            "detail": "One value does not fit.",
            "request_id": "01890a5dac96774bbcceb302099a8057",
            "errors": [{ "field": "title", "code": "refused-required", "message": "Fill this in." }],
        },
    })
}

fn reference() -> Json {
    json!({
        "type": "object",
        "required": ["id", "type", "number", "title"],
        "description": "Another record. Where you may not read it, only its id is known.",
        "properties": {
            "id": { "type": "string", "format": "uuid" },
            "type": { "type": ["string", "null"] },
            "number": { "type": ["string", "null"] },
            "title": { "type": ["string", "null"] },
        },
    })
}

fn money() -> Json {
    json!({
        "type": "object",
        "required": ["amount", "currency"],
        "properties": {
            "amount": { "type": "string", "examples": ["12.50"] },
            "currency": { "type": "string", "pattern": "^[A-Z]{3}$" },
        },
    })
}

fn comment() -> Json {
    json!({
        "type": "object",
        "required": ["text"],
        "properties": {
            "text": { "type": "string", "contentMediaType": "text/markdown" },
            "visibility": { "enum": ["public", "private"], "default": "public" },
            "minutes_worked": { "type": ["integer", "null"], "minimum": 0 },
            "to_children": { "type": "boolean", "default": false },
            "attachments": {
                "type": "array",
                "items": { "type": "string", "format": "uuid" },
                "description": "Ids of files that were sent ahead with POST /uploads. They are seen as the comment is.",
            },
        },
    })
}

fn link() -> Json {
    json!({
        "type": "object",
        "required": ["kind", "to"],
        "properties": {
            "kind": { "type": "string" },
            "to": { "type": "string", "description": "Id or number of the other record." },
            "primary": { "type": "boolean", "default": false },
        },
    })
}

fn links() -> Json {
    page_of(
        "links",
        json!({
            "type": "object",
            "required": ["kind", "direction", "primary", "record"],
            "properties": {
                "kind": { "type": "string" },
                "direction": { "enum": ["outgoing", "incoming"] },
                "primary": { "type": "boolean" },
                "record": schema("Reference"),
            },
        }),
    )
}

fn job() -> Json {
    let moment = || json!({ "type": "string", "format": "date-time" });
    let moment_or_null = || json!({ "type": ["string", "null"], "format": "date-time" });
    json!({
        "type": "object",
        "required": ["id", "kind", "state", "payload", "attempts", "last_error", "run_at", "leased_until", "created_at", "finished_at", "result"],
        "properties": {
            "id": { "type": "string", "format": "uuid" },
            "kind": { "type": "string", "description": "Which handler does it." },
            "state": { "enum": engine::job::JobState::ALL.map(engine::job::JobState::code) },
            "payload": { "description": "What the handler needs to know." },
            "attempts": { "type": "integer" },
            "last_error": { "type": ["string", "null"], "description": "Why the last attempt failed." },
            "run_at": moment(),
            "leased_until": moment_or_null(),
            "created_at": moment(),
            "finished_at": moment_or_null(),
            "result": { "description": "What came of it, where anything is kept." },
        },
    })
}

fn verification() -> Json {
    let count = || json!({ "type": "integer", "minimum": 0 });
    json!({
        "type": "object",
        "required": ["id", "state", "asked_at", "finished_at", "error", "verdict"],
        "properties": {
            "id": { "type": "string", "format": "uuid" },
            "state": { "enum": engine::job::JobState::ALL.map(engine::job::JobState::code) },
            "asked_at": { "type": "string", "format": "date-time" },
            "finished_at": { "type": ["string", "null"], "format": "date-time" },
            "error": { "type": ["string", "null"], "description": "Why the last attempt failed." },
            "verdict": {
                "type": ["object", "null"],
                "description": "Null until it is done.",
                "required": [
                    "intact", "rows", "records", "blocks", "unsealed", "erased", "seal", "damages", "damage",
                ],
                "properties": {
                    "intact": { "type": "boolean" },
                    "rows": count(),
                    "records": count(),
                    "blocks": count(),
                    "unsealed": count(),
                    "erased": count(),
                    "seal": {
                        "type": ["string", "null"],
                        "description": "The newest seal, `height:hash`. Kept elsewhere, it shows that nobody wrote the history anew.",
                        "pattern": "^[1-9][0-9]*:[0-9a-f]{64}$",
                    },
                    "damages": {
                        "type": "integer",
                        "minimum": 0,
                        "description": "How much does not fit in the whole installation.",
                    },
                    "damage": {
                        "type": "array",
                        "description": "What does not fit; records of other tenants are counted, not named.",
                        "maxItems": 100,
                        "items": { "type": "string" },
                    },
                },
            },
        },
    })
}

fn jobs() -> Json {
    page_of("jobs", schema("Job"))
}

fn mail() -> Json {
    let words = json!({ "type": "string" });
    let or_nothing = json!({ "type": ["string", "null"] });
    let moment = json!({ "type": "string", "format": "date-time" });
    json!({
        "type": "object",
        "required": ["id", "state", "sender", "subject", "excerpt", "received_at", "bytes", "sha256"],
        "properties": {
            "id": { "type": "string", "format": "uuid" },
            "state": { "enum": engine::system::mail::MailState::ALL.map(engine::system::mail::MailState::code) },
            "reason": { "type": ["string", "null"], "description": "Why it is parked or makes nothing." },
            "sender": words,
            "subject": words,
            "excerpt": { "type": "string", "description": "How its text begins." },
            "message_id": or_nothing,
            "sent_at": { "type": ["string", "null"], "format": "date-time", "description": "As it says itself." },
            "received_at": moment,
            "bytes": { "type": "integer" },
            "sha256": words,
            "taken_as": or_nothing,
            "taken_by": { "type": ["string", "null"], "format": "uuid", "description": "Who decided that it is taken." },
            "decided_at": { "type": ["string", "null"], "format": "date-time" },
            "record_type": or_nothing,
            "record": { "type": ["string", "null"], "description": "The record to which it belongs." },
        },
    })
}

fn timeline() -> Json {
    let moment = json!({ "type": "string", "format": "date-time" });
    let person = json!({
        "type": ["object", "null"],
        "description": "Null is the system.",
        "properties": { "id": { "type": "string" }, "title": { "type": ["string", "null"] } },
    });
    page_of(
        "entries",
        json!({
            "type": "object",
            "required": ["at", "recorded_at", "actor", "surface", "action", "version", "change_id"],
            "properties": {
                "at": moment,
                "recorded_at": moment,
                "actor": person,
                "on_behalf_of": person,
                "surface": { "type": "string" },
                "action": { "type": "string" },
                "version": { "type": "integer" },
                "change_id": { "type": "string", "format": "uuid" },
                "reason": { "type": ["string", "null"] },
                "origin": {
                    "type": ["object", "null"],
                    "description": "The record that was merged or turned into this one, where it was said there.",
                },
                "comment": {
                    "type": "object",
                    "properties": {
                        "id": { "type": "string", "format": "uuid" },
                        "visibility": { "enum": ["public", "private"] },
                        "text": { "type": "string" },
                        "minutes_worked": { "type": ["integer", "null"] },
                        "files": {
                            "type": "array",
                            "description": "What came with it.",
                            "items": { "type": "object", "properties": {
                                "id": { "type": "string", "format": "uuid" },
                                "name": { "type": "string" },
                                "media_type": { "type": "string" },
                                "bytes": { "type": "integer" },
                            } },
                        },
                    },
                },
                "fields": {
                    "type": "object",
                    "additionalProperties": { "type": "object", "properties": { "before": {}, "after": {} } },
                },
                "rules": { "description": "Which rule set which field, and why." },
            },
        }),
    )
}

fn aggregate_question() -> Json {
    let moment = json!({ "type": "string", "format": "date-time" });
    json!({
        "type": "object",
        "properties": {
            "filter": { "type": "string" },
            "filter_json": { "type": "object" },
            "groups": { "type": "array", "items": { "type": "string" } },
            "measures": { "type": "array", "items": { "type": "string" } },
            "zone": { "type": "string" },
            "from": moment,
            "to": moment,
        },
    })
}

fn aggregate() -> Json {
    json!({
        "type": "object",
        "required": ["groups", "measures", "zone", "rows"],
        "description": "Sums are texts, since they may be larger than JSON numbers keep; sums and means of durations count microseconds, other values of durations are as in records (`PT4H30M`).",
        "properties": {
            "groups": { "type": "array", "items": { "type": "string" } },
            "measures": { "type": "array", "items": { "type": "string" } },
            "zone": { "type": "string", "description": "The zone in which days begin: the one asked for, or yours." },
            "rows": {
                "type": "array",
                "items": {
                    "type": "object",
                    "required": ["keys", "values"],
                    "properties": { "keys": { "type": "array", "items": {} }, "values": { "type": "array", "items": {} } },
                },
            },
        },
    })
}
