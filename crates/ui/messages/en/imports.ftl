## Imports

imports-title = Imports
imports-words = Records from a file: CSV, Excel workbook or JSON Lines. You choose what its columns become, see what would happen, and decide then.
imports-type = What the rows are
imports-file = File
imports-file-help = The first line names the columns. A file may come compressed with Zstandard (.zst).
imports-next = Go on
imports-no-file = Choose a file.
imports-before = Imports so far
imports-none = Nothing was imported here yet.
imports-trial-of = Trial of { $name }
imports-import-of = Import of { $name }
imports-rows = { $count ->
    [one] { $count } row
   *[other] { $count } rows
}
imports-state-waiting = Waiting
imports-state-running = At work
imports-state-done = Done
imports-state-cancelled = Stopped
imports-state-stopped = Not possible
imports-state-failed = Failed; see the jobs
imports-at-work = The file is being read
imports-new = What the columns become
imports-map-words = { $name }, rows become: { $what }
imports-columns = Columns of the file
imports-left-out = – left out –
imports-then = and then
imports-then-nothing = – nothing more –
imports-key = Rows are told apart by
imports-key-help = The same value in a later file changes the same record instead of making another one.
imports-key-short = Key
imports-source = Name of the source
imports-source-help = Keys are remembered under it. Give the next file of the same system the same name.
imports-missing = When a row names a record that is not there
imports-missing-reject = Reject the row
imports-missing-empty = Leave the field empty
imports-missing-create = Make the record
imports-try = Try without storing
imports-by-hand = Write the mapping by hand
imports-mapping = Mapping
imports-mapping-help = TOML or JSON, as the guide says under import and export: translated words, dates, event logs and more.
imports-nothing-chosen = Choose a field for at least one column.
imports-sheet = Name of the sheet
imports-would = This would happen. Nothing was stored.
imports-count-rows = read
imports-count-created = new
imports-count-updated = changed
imports-count-unchanged = as they were
imports-count-rejected = rejected
imports-rejected = Rejected lines
imports-look = Worth a look
imports-unused = Columns that become nothing: { $names }
imports-references-empty = { $count ->
    [one] { $count } name of a record was left out, since there is none.
   *[other] { $count } names of records were left out, since there are none.
}
imports-cancel = Stop
imports-change = Change the mapping
imports-do = Import now
import-not-found = There is no such import.
import-file-gone = The file is not here any more. Send it again.
import-no-right = Whoever ordered the import may not import any more.
import-stopped = Somebody stopped the import.
import-one-file = Name one file: upload, a file that was sent ahead, or import, another import.
