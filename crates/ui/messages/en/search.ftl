## Search
search-title = Search
search-for = Search for “{ $term }”
search-words = Words, a number, or filters
search-help = Words, "whole phrases", -without, this or that, a number such as INC1234; between them filters: state:open, type:incident, team:"Service Desk".
search-words-portal = What is it about?
search-help-portal = Write what it is about in your own words, or the number of a request.
search-everything = Search in everything that you may read
search-everything-help = Titles and texts, comments, articles, people, teams and services. Results appear while you type.
search-types = Kinds of results
search-all-types = All
search-count = { $count ->
    [one] One result.
   *[other] { $count } results.
}
search-capped = More than { $count } results.
search-newest = The newest come first.
search-first = First page
search-all = All results for “{ $term }”
search-nothing = Nothing found for “{ $term }”
search-empty = There is nothing to read here yet.
search-nothing-help = Leave a word out, look at the spelling, or write only its beginning with a star: print*.
search-from-comment = Comment:
search-from-file = File:
search-from-note = Private note:
search-needs-type = Only some kinds of records have { $names }, so this was looked for as words. Choose a type, or leave the condition out.
search-similar = Similar
search-similar-to = Similar to “{ $name }”
search-similar-none = Nothing that you may read is like it.
search-may-help = This may help
search-too-long = A search may have { $most } characters. Leave some out.
search-too-deep = Parentheses may stand { $most } deep in each other. Write the search with fewer.
search-too-many-words = A search may have { $most } words. Leave some out.
