//! The engine's own tables: everything that is no business record.

use store::TableDef;

use super::notation::{index, indexed, table, unfinished, unique, where_there};

/// All of them; those that number themselves are made by migrations.
pub(super) fn all() -> Vec<TableDef> {
    let mut all = Vec::from(beside_records());
    all.extend(settings_and_dictionary());
    all.extend([
        table("meta", "name text!, number integer, bytes bytes", "name"),
        table("history_value", "seq integer!, salt bytes, fields text!", "seq"),
        table(
            "history_block",
            "height integer!, from_mark integer!, to_mark integer!, rows integer!, root bytes!, previous bytes!, \
             hash bytes!, sealed_at integer!",
            "height",
        ),
        indexed(
            table(
                "job",
                "id uuid!, tenant uuid!, kind text!, payload text!, state text!, run_at integer!, attempts integer!, \
                 leased_until integer, leased_by uuid, last_error text, created_at integer!, finished_at integer, \
                 unique_key text, result text",
                "id",
            ),
            [
                index("job_due", "state, run_at"),
                // Jobs that ended keep their key, in case they are tried again.
                unfinished(where_there(unique(index("job_unique", "tenant, unique_key")), "unique_key")),
            ],
        ),
        indexed(
            table(
                "external_key",
                "tenant uuid!, source text!, record_type text!, key text!, record uuid!, position integer!",
                "tenant, source, record_type, key",
            ),
            [index("external_key_record", "record")],
        ),
        table("import_checkpoint", "digest text!, line integer!, changed_at integer!", "digest"),
    ]);
    all
}

/// What hangs on records without being one: journal, links, readers.
fn beside_records() -> [TableDef; 3] {
    let journal = table(
        "journal",
        "id uuid!, tenant uuid!, record uuid!, visibility text!, text text!, author uuid!, on_behalf_of uuid, \
         written_at integer!, minutes_worked integer, change_id uuid!",
        "id",
    );
    let link = table(
        "link",
        "tenant uuid!, from_record uuid!, kind text!, to_record uuid!, is_primary integer!, created_at integer!, \
         created_by uuid!",
        "from_record, kind, to_record",
    );
    let reader = table(
        "record_reader",
        "record uuid!, reader uuid!, source text!, record_type text!, tenant uuid!",
        "record, reader, source",
    );
    [
        indexed(journal, [index("journal_record", "record, written_at, id")]),
        indexed(link, [index("link_to", "to_record, kind")]),
        indexed(
            reader,
            [index("record_reader_who", "reader, record_type, record")],
        ),
    ]
}

/// What administrators change.
fn settings_and_dictionary() -> [TableDef; 5] {
    let change = table(
        "setting_change",
        "id uuid!, tenant uuid!, organisation uuid!, key text!, before text, after text, changed_at integer!, \
         changed_by uuid!",
        "id",
    );
    [
        table(
            "setting",
            "tenant uuid!, organisation uuid!, key text!, value text!, changed_at integer!, changed_by uuid!",
            "tenant, organisation, key",
        ),
        indexed(
            change,
            [index("setting_change_key", "tenant, key, changed_at")],
        ),
        table(
            "custom_type",
            "tenant uuid!, name text!, definition text!",
            "tenant, name",
        ),
        table(
            "custom_field",
            "tenant uuid!, record_type text!, name text!, position integer!, definition text!",
            "tenant, record_type, name",
        ),
        table(
            "imported_choice",
            "tenant uuid!, record_type text!, field text!, code text!",
            "tenant, record_type, field, code",
        ),
    ]
}
