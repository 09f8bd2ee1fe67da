## The shell around every page

shell-skip = Skip to content
shell-home = { $product } home
shell-areas = Areas
shell-navigation = Navigation
shell-open-navigation = Open navigation
shell-you-are-in = You are in
shell-main = Main
shell-search-everywhere = Search everywhere
shell-search = Search records, people and articles
shell-theme = Switch between light and dark
shell-account-of = { $name }, your account
shell-account = Your account
shell-sign-out = Sign out
shell-sign-in = Sign in
shell-dismiss = Dismiss
shell-close = Close
shell-all-keys = all keys

## The places at the foot of a phone

place-queue = Queue
place-search = Search
place-new = New
place-mine = My work
place-me = Me

## The sheet of keys

keys-title = Keys
keys-everywhere = Everywhere
keys-list = Lists
keys-record = Records
keys-filter = search or filter
keys-create = create
keys-go-home = go home
keys-show = show this sheet
keys-back = one step back
keys-move = move down, up
keys-open = open
keys-select = select
keys-reply = reply
keys-note = private note
keys-resolve = resolve
keys-send = send
