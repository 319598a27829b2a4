#!/bin/sh
# The command `circleci` (also `circleci-agent`) inside jobs: POSIX sh, awk, find, sort and no more.
set -f
version=1.0.0
data=${CIRCLE_INTERNAL_TASK_DATA:-$(dirname -- "$0")/..}

main() {
  case "${1-} ${2-}" in
    "step halt" | "task halt") halt ;;
    "tests glob") shift 2 && glob "$@" ;;
    "tests split") shift 2 && options "$@" && split ;;
    "tests run") shift 2 && options "$@" && run_tests ;;
    "env subst") shift 2 && substitute "$@" ;;
    "run release")
      case "${3-}" in plan | update | log) ;; *) usage "unknown: run release ${3-}" ;; esac
      echo "Sluice keeps no deploy markers: nothing was recorded" ;;
    "run oidc") fail "Sluice issues no OpenID Connect tokens, so there is none to get" ;;
    "--version --short" | "version --short") echo "$version" ;;
    "--version "* | "version "*) echo "$version (Sluice)" ;;
    "--help "* | "help "*) help ;;
    *) usage "unknown command: $*" ;;
  esac
}

help() {
  cat << 'END'
Usage:
  circleci step halt                     end the job after this step, without a failure
  circleci tests glob PATTERN...         files that match; * ** ? [..] {a,b}
  circleci tests split [FILE] [FLAGS]    the items of this task, out of FILE or standard input
  circleci tests run --command=COMMAND   gives the items of this task to COMMAND
      --index=N --total=N --split-by=name|filesize|timings --show-counts --verbose
      --timings-type=autodetect|filename|classname|testname --timings-file=FILE --time-default=10s
  circleci env subst [TEXT]              TEXT or standard input with $NAME and ${NAME} filled in
  circleci run release plan|update|log   accepted, does nothing
  circleci --version [--short]
END
}

fail() { echo "circleci: $1" >&2 && exit 1; }
usage() { { echo "circleci: $1" && help; } >&2 && exit 2; }
in_c() { LC_ALL=C "$@"; }

halt() {
  { mkdir -p -- "$data" && : > "$data/halt"; } || fail "the job cannot be halted: see above"
  echo "The job ends after this step; the steps that remain are skipped"
}

glob() {
  [ $# -gt 0 ] || usage "tests glob needs a pattern"
  for pattern; do
    pattern=${pattern#./}
    literal=${pattern%%[\*\?\[\{\\]*}
    case "$literal" in */*) base=${literal%/*}/ ;; *) base= ;; esac
    case "$base" in /*) ;; *) base=./$base ;; esac
    levels=$(printf %s "${pattern#"${base#./}"}" | tr -cd /)
    case "$pattern" in *"**"*) depth= ;; *) depth="-maxdepth $((${#levels} + 1))" ;; esac
    # shellcheck disable=SC2086
    find "$base" $depth ! -name '*
*' \( -type f -o -type l -exec test -f {} \; \) -print 2> /dev/null | LC_ALL=C PATTERN=$pattern awk "$matching"
  done | in_c sort -u
}

matching='
function literal(c) { return c == "^" || c == "\\" ? "\\" c : c ~ /[A-Za-z0-9_\/]/ ? c : "[" c "]" }
# Also moves `at` to the last character that it took.
function class(p,   end, inner, no) {
  no = substr(p, at + 1, 1) ~ /[!^]/
  end = index(substr(p, at + no + 2), "]")
  if (!end) return "[[]"
  inner = substr(p, at + no + 1, end)
  at += no + end + 1
  gsub(/\\/, "\\\\", inner)
  if (!no) return "[" inner "]"
  return inner ~ /^[]-]/ ? "[^" substr(inner, 1, 1) "/" substr(inner, 2) "]" : "[^/" inner "]"
}
function regex(p,   c, out, open, whole) {
  for (at = 1; at <= length(p); at++) {
    c = substr(p, at, 1)
    if (c == "\\") out = out literal(substr(p, ++at, 1))
    else if (c == "*") {
      whole = at == 1 || substr(p, at - 1, 1) ~ /[\/{,]/
      if (substr(p, at + 1, 1) != "*") { out = out "[^/]*"; continue }
      while (substr(p, at + 1, 1) == "*") at++
      if (whole && substr(p, at + 1, 1) == "/") { at++; out = out "(.*/)?" } else out = out ".*"
    }
    else if (c == "?") out = out "[^/]"
    else if (c == "[") { c = class(p); out = out c }
    else if (c == "{") { open++; out = out "(" }
    else if (c == "}" && open) { open--; out = out ")" }
    else if (c == "," && open) out = out "|"
    else out = out literal(c)
  }
  return "^" out "$"
}
BEGIN { wanted = regex(ENVIRON["PATTERN"]) }
{ sub(/^\.\//, "") }
$0 ~ wanted'

options() {
  index=${CIRCLE_NODE_INDEX:-0} total=${CIRCLE_NODE_TOTAL:-1} by=name type=autodetect
  default=10 file='' command='' counts=false verbose=false
  timings=$data/circle-test-results/results.json
  while [ $# -gt 0 ]; do
    case "$1" in
      --*=*) name=${1%%=*} value=${1#*=} ;;
      --show-counts | --verbose) name=$1 value=true ;;
      --*) [ $# -gt 1 ] || usage "$1 needs a value"; name=$1 value=$2; shift ;;
      *) name=file value=$1 ;;
    esac
    shift
    case "$name" in
      file) file=$value ;;
      --index) index=$value ;;
      --total) total=$value ;;
      --split-by) by=$value ;;
      --timings-type) type=$value ;;
      --timings-file) timings=$value ;;
      --time-default) default=$(milliseconds "$value") || usage "no duration such as 10s: $value" ;;
      --show-counts) counts=$value ;;
      --verbose) verbose=$value ;;
      --command) command=$value ;;
      *) usage "unknown flag: $name" ;;
    esac
  done
  check_options
}

check_options() {
  for value in "$index" "$total"; do
    case "$value" in '' | *[!0-9]*) usage "no number: $value" ;; esac
  done
  [ "$index" -lt "$total" ] || fail "the index $index is not below the total $total"
  case "$type" in file) type=filename ;; name) type=testname ;; esac
  case "$by" in name | filesize | timings) ;; *) usage "unknown way to split: $by" ;; esac
  case "$type" in
    autodetect | filename | classname | testname) ;;
    *) usage "unknown type of timings: $type" ;;
  esac
}

milliseconds() {
  printf '%s\n' "$1" | in_c awk '
    BEGIN { size["h"] = 3600000; size["m"] = 60000; size["s"] = 1000; size["ms"] = 1 }
    { if ($0 == "") exit 1
      while ($0 != "") {
        if (!match($0, /^[0-9]+(\.[0-9]+)?(ms|[hms])/)) exit 1
        part = substr($0, 1, RLENGTH); $0 = substr($0, RLENGTH + 1)
        unit = part; gsub(/[0-9.]/, "", unit)
        sum += size[unit] * part
      }
      printf "%.0f\n", sum }'
}

# The items of this task, one a line.
split() {
  if [ -n "$file" ]; then items=$(words < "$file") || exit 1; else items=$(words); fi
  [ -n "$items" ] || return 0
  case "$by" in
    name) by_name ;;
    filesize) by_size | deal ;;
    timings) by_time ;;
  esac | told
}

words() { in_c tr -s '[:space:]' '\n' | in_c awk NF; }
listed() { printf '%s\n' "$items"; }
by_name() { listed | in_c sort | in_c awk -v n="$total" -v i="$index" '(NR - 1) % n == i'; }

# The heaviest first, each to the task that has the least so far.
deal() {
  in_c sort -k1,1nr -k2,2 | in_c awk -v n="$total" -v mine="$index" '{
    least = 0
    for (i = 1; i < n; i++)
      if (load[i] + 0 < load[least] + 0 || (load[i] == load[least] && count[i] < count[least])) least = i
    load[least] += $1
    count[least]++
    if (least == mine) print $2
  }' | in_c sort
}

by_size() {
  {
    listed | in_c awk '!/^\// { $0 = "./" $0 } { gsub(/[^A-Za-z0-9_.\/-]/, "\\\\&"); print }' |
      in_c xargs wc -c 2> /dev/null
    echo "items ="
    listed
  } | in_c awk '
    $2 == "=" { items = 1; next }
    !items { size[$2] = $1; next }
    { path = (/^\// ? "" : "./") $0; print size[path] + 0, $0 }'
}

by_time() {
  weights=$({ [ ! -r "$timings" ] || in_c awk "$reading" "$timings"; echo =; listed; } |
    LC_ALL=C DIRECTORY=$PWD awk -F '\t' -v asked="$type" -v other="$default" "$weighing")
  case "$weights" in
    '') echo "circleci: no timings of earlier runs match (type: $type): split by name" >&2; by_name ;;
    *) printf '%s\n' "$weights" | deal ;;
  esac
}

# JSON of tests as lines of file, class, name and milliseconds. What stands between quotes is every
# other record; a backslash before a quote joins two.
reading='
BEGIN { RS = "\"" }
inside {
  text = text $0
  if (match(text, /\\+$/) && RLENGTH % 2) { text = text "\""; next }
  inside = 0
  gsub(/[\t\n]/, " ", text); gsub(/\\"/, "\"", text); gsub(/\\\//, "/", text); gsub(/\\\\/, "\\", text)
  if (key != "") { value[key] = text; key = "" } else last = text
  next
}
{
  if ($0 ~ /^[ \t\r\n]*:/) {
    key = last
    if (match($0, /[0-9.]+([eE][-+]?[0-9]+)?/)) { value[key] = substr($0, RSTART, RLENGTH); key = "" }
    else if ($0 ~ /[][a-z{}]/) key = ""
  }
  if ($0 ~ /}/) {
    if ("run_time" in value)
      printf "%s\t%s\t%s\t%.0f\n", value["file"], value["classname"], value["name"], value["run_time"] * 1000
    for (name in value) delete value[name]
  }
  inside = 1
  text = ""
}'

weighing='
function bare(path) {
  if (index(path, ENVIRON["DIRECTORY"] "/") == 1) path = substr(path, length(ENVIRON["DIRECTORY"]) + 2)
  sub(/^\.\//, "", path)
  return path
}
function add(type, key) { if (key != "") time[type, key] += $4 }
BEGIN { split("filename classname testname", types, " ") }
!items && $0 == "=" { items = 1; next }
!items { add("filename", bare($1)); add("classname", $2); add("testname", $3); next }
{
  item[++n] = $0
  for (t = 1; t <= 3; t++) if ((types[t], t == 1 ? bare($0) : $0) in time) known[types[t]]++
}
END {
  type = asked
  if (asked == "autodetect") {
    type = types[1]
    for (t = 2; t <= 3; t++) if (known[types[t]] > known[type]) type = types[t]
  }
  if (!known[type]) exit
  for (i = 1; i <= n; i++) {
    key = type == "filename" ? bare(item[i]) : item[i]
    print ((type, key) in time ? time[type, key] : other), item[i]
  }
}'

told() {
  chosen=$(cat)
  if [ "$counts" = true ]; then
    here=0
    [ -z "$chosen" ] || here=$(printf '%s\n' "$chosen" | in_c awk 'END { print NR }')
    echo "Task $index of $total has $here of $(listed | in_c awk 'END { print NR }') items" >&2
  fi
  [ -z "$chosen" ] || printf '%s\n' "$chosen"
}

run_tests() {
  [ -n "$command" ] || usage "tests run needs --command"
  mine=$(split) || exit 1
  if [ -z "$mine" ]; then
    echo "No tests for task $index of $total: the command is not run" >&2
    exit 0
  fi
  [ "$verbose" = false ] || printf 'Running: %s\n%s\n' "$command" "$mine" >&2
  shell=$(command -v bash || command -v sh)
  printf '%s\n' "$mine" | "$shell" -c "$command"
}

substitute() {
  if [ $# -gt 0 ]; then printf '%s\n' "$*"; else cat; fi | in_c awk '{
    done = ""
    while (match($0, /\$([A-Za-z_][A-Za-z0-9_]*|\{[A-Za-z_][A-Za-z0-9_]*\})/)) {
      name = substr($0, RSTART + 1, RLENGTH - 1)
      gsub(/[{}]/, "", name)
      done = done substr($0, 1, RSTART - 1) ENVIRON[name]
      $0 = substr($0, RSTART + RLENGTH)
    }
    print done $0
  }'
}

main "$@"
