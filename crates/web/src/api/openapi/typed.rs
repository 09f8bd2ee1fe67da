//! Paths of one type.

use dictionary::{Kind, TypeDef, Value, WrittenBy};
use serde_json::{Map, Value as Json, json};

use super::schema::{is_written, written_field};
use super::{LIST, Operation, View, answer, body, parameter, response, schema, schema_name};
use crate::label;
use crate::origins::SPLIT_FROM;

/// Adds the paths of a type.
pub(super) fn add_paths(view: &View<'_>, of: &TypeDef, paths: &mut Map<String, Json>) {
    let typed = Typed {
        view,
        of,
        name: schema_name(of),
        one: label(view.language, &of.label),
    };
    let root = format!("/{}", of.name);
    paths.insert(
        root.clone(),
        json!({ "get": typed.list(), "post": typed.create() }),
    );
    paths.insert(format!("{root}/export"), json!({ "get": typed.export() }));
    let begin = typed.operation("bulk", "do something to many at once");
    paths.insert(
        format!("{root}/bulk"),
        json!({ "post": super::bulk::begin(begin) }),
    );
    paths.insert(
        format!("{root}/aggregate"),
        json!({
            "get": typed.aggregate_by_query(), "post": typed.aggregate_by_body(),
        }),
    );
    paths.insert(
        format!("{root}/{{id}}"),
        json!({
            "get": typed.get(), "patch": typed.update(), "delete": typed.delete(),
        }),
    );
    paths.insert(
        format!("{root}/{{id}}/restore"),
        json!({ "post": typed.restore() }),
    );
    paths.insert(
        format!("{root}/{{id}}/assign"),
        json!({ "post": typed.assign() }),
    );
    for (action, operation) in typed.transitions() {
        paths.insert(
            format!("{root}/{{id}}/actions/{action}"),
            json!({ "post": operation }),
        );
    }
    if of.journal {
        paths.insert(
            format!("{root}/{{id}}/comments"),
            json!({ "post": typed.comment() }),
        );
        if of
            .field(SPLIT_FROM)
            .is_some_and(|it| (view.shows)(of, Some(it)))
        {
            paths.insert(
                format!("{root}/{{id}}/comments/{{comment}}/split"),
                json!({ "post": typed.split() }),
            );
        }
    }
    super::attachments::add_paths(&typed, &root, paths);
    paths.insert(
        format!("{root}/{{id}}/links"),
        json!({
            "get": typed.links(), "post": typed.link(), "delete": typed.unlink(),
        }),
    );
    paths.insert(
        format!("{root}/{{id}}/followers"),
        json!({
            "get": typed.followers(), "post": typed.follow(),
        }),
    );
    paths.insert(
        format!("{root}/{{id}}/followers/{{person}}"),
        json!({ "delete": typed.unfollow() }),
    );
    paths.insert(
        format!("{root}/{{id}}/similar"),
        json!({ "get": typed.similar() }),
    );
    paths.insert(
        format!("{root}/{{id}}/uses"),
        json!({ "get": typed.uses() }),
    );
    paths.insert(
        format!("{root}/{{id}}/timeline"),
        json!({ "get": typed.timeline() }),
    );
}

/// What the operations of a type are made from.
pub(super) struct Typed<'a> {
    view: &'a View<'a>,
    of: &'a TypeDef,
    name: String,
    one: String,
}

impl Typed<'_> {
    fn operation(&self, verb: &str, summary: &str) -> Operation {
        let summary = format!("{}: {summary}", self.one);
        Operation::new(format!("{verb}_{}", self.of.name), &self.of.name, summary)
    }

    /// An operation on one record that is there.
    pub(super) fn on_one(&self, verb: &str, summary: &str) -> Operation {
        let operation = self
            .operation(verb, summary)
            .with_parameters([parameter("Id")]);
        operation.answering("404", response("NotFound"))
    }

    /// An action that changes one record.
    fn change(&self, verb: &str, summary: &str) -> Operation {
        self.on_one(verb, summary)
            .with_parameters([parameter("IfMatch"), parameter("Reason")])
            .answering("409", response("Conflict"))
            .answering("412", response("Changed"))
            .answering("422", response("Invalid"))
    }

    /// An action that changes one record and answers with it.
    fn action(&self, verb: &str, summary: &str) -> Operation {
        self.change(verb, summary)
            .with_parameters([parameter("IdempotencyKey")])
            .answering("413", response("TooLarge"))
            .answering("415", response("MediaType"))
    }

    fn record(&self, description: &str) -> Json {
        let mut answer = answer(description, schema(&self.name));
        answer["headers"] = json!({ "ETag": { "$ref": "#/components/headers/ETag" } });
        answer
    }

    fn list(&self) -> Json {
        let page = schema(&format!("{}Page", self.name));
        self.operation("list", "a page of a list")
            .with_parameters(LIST.map(parameter))
            .answering("200", answer("One page.", page))
            .done()
    }

    fn export(&self) -> Json {
        super::lists::export(
            self.operation("export", "all records of a list as a file"),
            &self.name,
        )
    }

    fn create(&self) -> Json {
        let mut created = self.record("The new record.");
        created["headers"]["Location"] = json!({ "$ref": "#/components/headers/Location" });
        self.operation("create", "make a new one")
            .with_parameters([parameter("Reason"), parameter("IdempotencyKey")])
            .with_body(body(
                schema(&format!("{}Create", self.name)),
                Some(self.example()),
            ))
            .answering("201", created)
            .answering("409", response("Conflict"))
            .done()
    }

    fn get(&self) -> Json {
        self.on_one("get", "read one")
            .with_parameters([
                parameter("Fields"),
                parameter("Labels"),
                parameter("IfNoneMatch"),
            ])
            .answering("200", self.record("The record."))
            .answering("304", json!({ "description": "It is as it was." }))
            .done()
    }

    fn update(&self) -> Json {
        let mut change = body(schema(&format!("{}Update", self.name)), None);
        let merge = change["content"]["application/json"].clone();
        change["content"]["application/merge-patch+json"] = merge;
        self.action("update", "change fields")
            .with_body(change)
            .answering("200", self.record("The record as it is now."))
            .done()
    }

    fn delete(&self) -> Json {
        self.change("delete", "mark as deleted")
            .answering("204", json!({ "description": "It is deleted." }))
            .done()
    }

    fn restore(&self) -> Json {
        self.action("restore", "take a deletion back")
            .answering("200", self.record("The record."))
            .done()
    }

    fn assign(&self) -> Json {
        let fields = self
            .view
            .fields(self.of)
            .filter(|it| it.written_by == WrittenBy::Assignment);
        let mut properties: Map<String, Json> = fields
            .map(|it| (it.name.clone(), written_field(self.view, it)))
            .collect();
        properties.insert("comment".to_owned(), schema("CommentBody"));
        properties.insert("reason".to_owned(), json!({ "type": "string" }));
        self.action("assign", "hand over")
            .with_body(body(
                json!({ "type": "object", "properties": properties }),
                None,
            ))
            .answering(
                "200",
                self.record("The record, or that you no longer see it."),
            )
            .done()
    }

    fn transitions(&self) -> Vec<(String, Json)> {
        let all = self.of.lifecycle.iter().flat_map(|it| &it.transitions);
        let operations = all.map(|transition| {
            let dialog = transition.needs.iter().chain(&transition.asks);
            let known = dialog.filter_map(|it| self.of.field(it));
            let known = known.filter(|it| (self.view.shows)(self.of, Some(it)));
            let properties: Map<String, Json> = known
                .map(|it| (it.name.clone(), written_field(self.view, it)))
                .collect();
            let fields = json!({ "type": "object", "properties": properties });
            let whole = json!({
                "type": "object",
                "properties": {
                    "fields": fields,
                    "comment": schema("CommentBody"),
                    "reason": { "type": "string" },
                },
            });
            let verb = label(self.view.language, &transition.label);
            let operation = self.action(&format!("{}_of", transition.name), &verb);
            let operation = operation
                .with_body(body(whole, None))
                .answering("200", self.record("The record as it is now."));
            (transition.name.clone(), operation.done())
        });
        operations.collect()
    }

    fn comment(&self) -> Json {
        let example =
            json!({ "text": "It works again.", "visibility": "public", "minutes_worked": 15 });
        self.action("comment_on", "add a comment or a private note")
            .with_body(body(schema("Comment"), Some(example)))
            .answering("201", self.record("The record as it is now."))
            .done()
    }

    fn split(&self) -> Json {
        let mut made = self.record("The new record, linked with where it was.");
        made["headers"]["Location"] = json!({ "$ref": "#/components/headers/Location" });
        let fields = schema(&format!("{}Create", self.name));
        self.on_one("split_off", "make a comment a record of its own")
            .with_parameters(["Comment", "Reason", "IdempotencyKey"].map(parameter))
            .with_body(body(fields, Some(self.example())))
            .answering("201", made)
            .answering("409", response("Conflict"))
            .done()
    }

    fn links(&self) -> Json {
        self.on_one("links_of", "links to and from other records")
            .with_parameters(["Limit", "After"].map(parameter))
            .answering("200", answer("One page of them.", schema("Links")))
            .done()
    }

    fn link(&self) -> Json {
        self.action("link", "link to another record")
            .with_body(body(schema("Link"), None))
            .answering("201", self.record("The record as it is now."))
            .done()
    }

    fn unlink(&self) -> Json {
        self.change("unlink", "take a link away")
            .with_parameters([parameter("LinkKind"), parameter("LinkTo")])
            .answering("204", json!({ "description": "The link is gone." }))
            .done()
    }

    fn followers(&self) -> Json {
        self.on_one("followers_of", "who follows it")
            .with_parameters(["Limit", "After"].map(parameter))
            .answering("200", answer("One page of them.", schema("Followers")))
            .done()
    }

    fn follow(&self) -> Json {
        let person = json!({
            "type": "object",
            "properties": { "person": { "type": "string", "format": "uuid", "description": "You, where nobody is named." } },
        });
        self.action("follow", "follow, or let somebody follow")
            .with_body(body(person, None))
            .answering("201", self.record("The record as it is now."))
            .done()
    }

    fn unfollow(&self) -> Json {
        self.change("unfollow", "stop following")
            .with_parameters([parameter("Person")])
            .answering("204", json!({ "description": "They no longer follow it." }))
            .done()
    }

    fn similar(&self) -> Json {
        self.on_one("similar_to", "records that are like it")
            .with_parameters(["Types", "Alike"].map(parameter))
            .answering("200", answer("The most alike first.", schema("Hits")))
            .done()
    }

    fn uses(&self) -> Json {
        self.on_one("uses_of", "what is open and names it")
            .answering("200", answer("By type and field.", schema("Uses")))
            .done()
    }

    fn timeline(&self) -> Json {
        self.on_one("timeline_of", "its story")
            .with_parameters(["Most", "After"].map(parameter))
            .answering(
                "200",
                answer(
                    "Comments and changes, oldest first; all of them without a limit.",
                    schema("Timeline"),
                ),
            )
            .done()
    }

    fn aggregate_by_query(&self) -> Json {
        super::lists::aggregate_by_query(self.operation("aggregate", "count and sum in groups"))
    }

    fn aggregate_by_body(&self) -> Json {
        let summary = "count and sum in groups, asked in a body";
        super::lists::aggregate_by_body(self.operation("aggregate_by_body", summary))
    }

    /// Values for the fields that a new record must have.
    fn example(&self) -> Json {
        let needed = self
            .view
            .fields(self.of)
            .filter(|it| it.required && is_written(it, true));
        let values = needed.map(|field| {
            let value = match (&field.default, &field.kind) {
                (Some(default), _) => default.to_json(),
                (None, _) if !field.choices.is_empty() => json!(field.choices[0].code),
                (None, Kind::Boolean) => Value::Boolean(true).to_json(),
                (None, Kind::Integer) => json!(1),
                (None, Kind::Date) => json!("2026-03-01"),
                (None, Kind::Instant) => json!("2026-03-01T09:30:00Z"),
                (None, Kind::Reference { .. }) => json!("01890a5d-ac96-774b-bcce-b302099a8057"),
                (None, Kind::Email) => json!("lena@example.org"),
                _ => json!(label(self.view.language, &field.label)),
            };
            (field.name.clone(), value)
        });
        Json::Object(values.collect())
    }
}
