# Counts words: the event's text comes in on standard input, the answer goes out as JSON; the log is standard error.
count() {
  words=$(sed 's/\\[nrt]/ /g' | tr 'A-Z' 'a-z' | tr -cs "a-z'" '\n' | sed '/^$/d')
  [ -n "$words" ] || { echo 'There is no word in the event.' >&2; return 1; }
  total=$(printf '%s\n' "$words" | wc -l | tr -d ' ')
  echo "$total words" >&2
  printf '{"words":%s,"most":[' "$total"
  printf '%s\n' "$words" | sort | uniq -c | sort -k1,1nr -k2 | head -n 5 | {
    separator=
    while read -r times word; do
      printf '%s{"word":"%s","times":%s}' "$separator" "$word" "$times"
      separator=,
    done
  }
  printf ']}'
}
