## Filter and reading
aggregate-backlog = A backlog needs exactly one time to group by, and its stretches must follow each other, such as days or months.
aggregate-impossible = { $field } cannot be grouped or measured in this way. Choose another field or another measure.
aggregate-parts = Ask for at most { $groups } groups and for 1 to { $measures } measures.
aggregate-range = A range needs a time to group by. Add one, or leave out the range.
aggregate-start-month = A year starts in a month from 1 to 12.
aggregate-too-large = This makes more than { $most } groups. Choose longer stretches of time, fewer groups, or a range.
aggregate-too-long = These times lie too many years apart. Give a range.
column-impossible = { $field } cannot be a column. Choose a field of the record itself.
cursor-expired = This list has changed or was another one. Begin again with its first page.
filter-expected-and = “between” needs two values: between 1 and 3 (at { $place }).
filter-expected-closing = A parenthesis is not closed, or a comma is missing (at { $place }).
filter-expected-condition = A condition is missing, such as priority:1 or a word to look for (at { $place }).
filter-expected-list = A list of values is expected here (at { $place }).
filter-expected-object = Expected at { $place } (# is the whole filter): an object with all, any or not, or a condition such as { "{" }"field": "priority", "op": "<=", "value": 2{ "}" }.
filter-expected-two-values = Two values are expected here: the first and the last (at { $place }).
filter-expected-value = A value is missing (at { $place }). Where no value is meant, write “empty”.
filter-not-a-reference = { $field } does not lead to another record, so nothing can follow after its dot.
filter-too-deep = Conditions are nested more than { $most } deep. Write the filter with fewer parentheses.
filter-too-long = A filter may have { $most } bytes. Shorten it.
filter-too-many-hops = A path may lead over { $most } references. Shorten it.
filter-too-many-tests = A filter may have { $most } conditions. Leave some out.
filter-too-many-values = A list may have { $most } values. Leave some out.
filter-two-currencies = Both amounts must be in the same currency (at { $place }).
filter-unclosed-quote = A quotation mark is not closed (at { $place }).
filter-unknown-choice = { $value } is no value of { $field }. { $near ->
    [some] Perhaps you mean { $proposals }.
   *[none] Choose one of its values.
}
filter-unknown-field = { $type } has no field { $field }. { $near ->
    [some] Perhaps you mean { $proposals }.
    [elsewhere] Choose one of its fields.
   *[none] To look for the text itself, put it in quotation marks.
}
filter-unknown-member = { $member } is not expected here. { $near ->
    [some] Perhaps you mean { $proposals }.
   *[none] A condition has field, op and value.
}
filter-unknown-operator = { $operator } is no comparison. { $near ->
    [some] Perhaps you mean { $proposals }.
   *[none] Choose another.
} There are =, !=, <, <=, >, >=, in, not_in, contains, not_contains, starts_with, between, empty and not_empty.
filter-wrong-operator = { $field } ({ $kind }) cannot be compared with { $operator }. Long text is found through search.
filter-wrong-relative = { $value } is no time such as now-2h or today-7d, and neither me nor my_teams.
filter-wrong-value = { $value } does not fit { $field } ({ $kind }). { $near ->
    [some] Perhaps you mean { $proposals }.
   *[none] { $kind ->
        [instant] Write a day (2026-03-01), an instant (2026-03-01T09:30:00Z), or what follows the calendar: now-2h, today-7d, last_month, start of week.
        [date] Write a day (2026-03-01), or what follows the calendar in whole days: today-7d, last_month, start of week.
        [duration] Write a length of time, such as 90m, 4h or PT1H30M.
        [integer] Write a whole number.
        [decimal] Write a number with a point and no more digits after it than the field has.
        [money] Write an amount with its currency, such as 12.50EUR.
        [boolean] Write yes or no.
        [reference_list] Write the id of a record, me or my_teams.
        [reference] Write a title, a number or an id; me or my_teams where it leads to people or teams.
       *[other] Write a value of that kind.
    }
}
page-limit = A page has 1 to { $most } rows.
read-forbidden-field = You may not read { $field }, so you cannot filter, sort or group by it either.
read-forbidden-type = You may not read records of the type { $type }. Ask an administrator for the right.
record-not-found = There is no record { $record }, or you may not see it.
sort-impossible = Lists cannot be sorted by { $field }. Choose another field.
sort-too-many = A list can be sorted by { $most } fields at most.
