## Fields that every record has
field-access = Access
field-assignee = Assignee
field-created-at = Created
field-due-at = Due
field-name = Name
field-number = Number
field-open = Open
field-opened-at = Opened
field-organisation = Organisation
field-priority = Priority
field-requester = Requester
field-state = State
field-team = Team
field-title = Title
field-updated-at = Updated
field-version = Version
section-details = Details

## Sections of forms
section-absence = Absence
section-assignment = Assignment
section-closing = Closing
section-contact = Contact
section-employment = Employment
section-general = General
section-hold = On hold
section-measures = Measures
section-outcome = Outcome
section-people = People
section-place = Place
section-priority = Priority
section-resolution = Resolution
section-revisions = Revisions
section-text = Text
section-times = Times

field-page-name = Name and use
field-page-retired = Out of use
field-page-retired-help = Nobody writes it any more and no form shows it; values that are there stay.
field-page-choices-help = A choice that records have is taken out of use; one that was added and that nobody has can be put back to nothing by the history of the setting.
field-page-active = In use
