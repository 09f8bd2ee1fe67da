## Forms
form-problems = { $count ->
    [one] One thing needs you
   *[other] { $count } things need you
}
form-optional = optional
form-choose-nothing = nothing chosen
form-save = Save
form-cancel = Cancel
form-assign = Assign
form-create = Create { $what }
form-help-duration = For example 1h 30m.
form-help-money = For example 12.50 EUR.
form-help-typed = Its number, its whole name or its e-mail address.
form-help-any-record = The number of a record, for example the one in its address.
edit-title = Edit { $name }
assign-title = Assign { $name }
reference-not-found = Nothing is called “{ $text }”. Write the whole name, the number or the e-mail address.
reference-ambiguous = Several are called “{ $text }”. Write the number or the e-mail address.
