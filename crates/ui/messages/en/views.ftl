## Saved views
why-access-of-view = Who may see it follows its audience.
why-no-team-of-view = Only a view for a team has a team.
why-owner-of-view = Who saves it owns it.

saved-view = Saved view
saved-view-plural = Saved views
saved-view-owner = Owner
saved-view-listed-type = Lists
saved-view-filter = Filter
saved-view-sort = Order
saved-view-columns = Columns
saved-view-group-by = Grouped by
saved-view-audience = For
saved-view-audience-personal = Only me
saved-view-audience-team = My team
saved-view-audience-shared = Everybody
saved-view-team-missing = Choose the team that gets this view.
saved-view-field-unknown = There is no field { $field } here. Names of fields stand with commas between.
section-shows = What it shows
role-above-own = Only a system administrator gives or takes this role.
role-unknown = There is no role { $role }. There are: { $known }.

## Places, views and the first page
place-desk = Desk
place-portal = Portal
place-admin = Admin
area-knowledge-article = Know
nav-my-work = My work
nav-work = Work
nav-texts = Texts
nav-data = People, places, services
view-open = Open
view-mine = Assigned to me
view-team = My teams
view-nobody = Assigned to nobody
view-hold = On hold
view-all = All
greeting-morning = Good morning, { $name }
greeting-day = Good day, { $name }
greeting-evening = Good evening, { $name }
home-title = Desk
home-mine = assigned to me
home-nobody = of my teams, nobody’s yet
home-no-team = of no team
home-no-team-title = Of no team, in nobody’s queue
home-missing = { $count ->
    [one] One point of the set-up is missing.
   *[other] { $count } points of the set-up are missing.
}
home-nobody-title = Of my teams, assigned to nobody
home-nothing = Nothing waits here
home-recent = Changed last
home-recent-none = Nothing has changed yet
home-all = All { $count }
new-title = What shall be new?
