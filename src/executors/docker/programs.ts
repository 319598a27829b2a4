/**
 * The POSIX shell programs that run inside the containers of jobs. They use what every image with a shell
 * has (GNU or busybox), and are given as arguments: nothing secret is in them.
 */
import { runnerVariable, stepVariable } from '../runner.ts'

/** Everything of ours in a container is below this directory; anybody may make something in it. */
export const ownDirectory = '/.sluice'
/** What the keeper makes as the job's user: the state of the steps, their scripts, the job's BASH_ENV. */
export const jobDirectory = `${ownDirectory}/job`

/** Exit codes of the keeper that say why the environment ended. */
export const keeperCodes = {
  timeOver: 71,
  abandoned: 72,
  entrypointEnded: 73,
  noSleep: 74,
} as const

const entrypointEnd = 'sluice: the entrypoint ended with code'

/** The exit code that this line of the primary container's log tells of; null: it is another line. */
export function entrypointCode(line: string): number | null {
  const [, code] = new RegExp(`^${entrypointEnd} (\\d+)$`).exec(line) ?? []
  return code === undefined ? null : Number(code)
}

/**
 * Process 1 of the primary container. Arguments: the seconds to live, the seconds without a sign of life
 * from whoever made it (the file `alive`) after which nobody is expected to come back, then the words of
 * an entrypoint that has to keep running, if there is one. With its end all processes end. A signal tells
 * of the entrypoint's end at once; should that get lost, the next look does.
 */
export const keeper = `
seconds=$1 patience=$2
shift 2
trap '' HUP INT TERM PIPE
umask 077
base=${jobDirectory}
sleep 0 || exit ${keeperCodes.noSleep}
mkdir -p "$base/steps" || exit 1
: > "$base/bash_env"
home=\${HOME:-/}
[ -d "$home" ] || mkdir -p "$home" 2>/dev/null
if [ ! -w "$home" ]; then home=$base/home; mkdir -p "$home"; fi
bash=no pipefail=no tar=other
[ ! -x /bin/bash ] || bash=yes
if (set -o pipefail) 2>/dev/null; then pipefail=yes; fi
case $(tar --version 2>/dev/null) in *GNU*) tar=gnu ;; esac
uid=$(id -u)
user=$(id -un 2>/dev/null) || user=$uid
printf '%s\\n' "$uid" "$user" "$home" "$PATH" $bash $pipefail $tar end > "$base/facts"
umask 022
entrypoint=
if [ $# -gt 0 ]; then
  trap 'exit ${keeperCodes.entrypointEnded}' USR1
  {
    trap - HUP INT TERM PIPE
    "$@" < /dev/null
    echo "${entrypointEnd} $?" >&2
    kill -s USR1 $$
  } &
  entrypoint=$!
fi
passed=0 silent=0
while [ "$passed" -lt "$seconds" ]; do
  [ "$silent" -lt "$patience" ] || exit ${keeperCodes.abandoned}
  pause=$((seconds - passed))
  [ "$pause" -le 5 ] || pause=5
  [ "$pause" -le "$patience" ] || pause=$patience
  sleep "$pause" &
  wait $!
  passed=$((passed + pause)) silent=$((silent + pause))
  if [ -e "$base/alive" ]; then rm -f "$base/alive"; silent=0; fi
  if [ -n "$entrypoint" ] && ! kill -0 "$entrypoint" 2>/dev/null; then exit ${keeperCodes.entrypointEnded}; fi
done
exit ${keeperCodes.timeOver}
`

/** Prints what the keeper found out about its container, once it has. */
export const factsOf = `
facts=${jobDirectory}/facts
rounds=0
until case $(cat "$facts" 2>/dev/null) in *end) true ;; *) false ;; esac; do
  rounds=$((rounds + 1))
  [ "$rounds" -lt 500 ] || exit 1
  sleep 0.02 2>/dev/null || sleep 1
done
cat "$facts"
`

/** For the keeper. */
export const signOfLife = `: > ${jobDirectory}/alive`

/** How often the kernel killed a process of this container for want of memory; cgroup version 2, then 1. */
const countOoms = `
ooms() {
  for file in /sys/fs/cgroup/memory.events /sys/fs/cgroup/memory/memory.oom_control; do
    [ -r "$file" ] || continue
    while read -r key value; do
      if [ "$key" = oom_kill ]; then echo "$value"; return; fi
    done < "$file"
  done
  echo 0
}
`

/**
 * Begins a step unless it was begun before, then follows it or not. Arguments: its directory, its name,
 * \`begin\` or \`follow\`, the byte to follow from, the line that ends the entry, the step runner, the
 * follower. Standard input is the entry, up to that line, and then the line of life of the follower.
 * Says \`begun\` first of all. The process becomes the runner: nobody who goes away takes it along.
 */
export const beginProgram = `
dir=$1 name=$2 mode=$3 from=$4 last=$5 runner=$6 follower=$7
${countOoms}
umask 077
exec 3<&0 < /dev/null
receive() {
  while IFS= read -r line <&3; do
    if [ "$line" = "$last" ]; then return 0; fi
    printf '%s\\n' "$line"
  done
  return 1
}
if [ ! -e "$dir/pid" ]; then
  mkdir -p "$dir" || exit 1
  entry=$dir/entry.$$
  if ! receive > "$entry"; then rm -f "$entry"; exit 1; fi
  : >> "$dir/log"
  [ -e "$dir/ooms" ] || ooms > "$dir/ooms"
  exec 4< "$entry"
  rm -f "$entry"
  echo begun
  if [ "$mode" = follow ]; then /bin/sh -c "$follower" sluice-follow "$dir" "$name" "$from" <&3 4<&- & fi
  exec /bin/sh -c "$runner" sluice-step "$dir" "$name" same-user $(command -v setsid) /bin/sh <&4 >> "$dir/log" 2>&1 3<&- 4<&-
fi
echo begun
if [ "$mode" = follow ]; then exec /bin/sh -c "$follower" sluice-follow "$dir" "$name" "$from" <&3; fi
`

/**
 * Arguments: the step's directory, its name, the byte to begin with. Copies the log to standard output as it grows,
 * and says on standard error \`exit CODE oom|-\` when the step has ended (the last of the log may come
 * after that), or \`gone\` when its runner is no more. It ends with its standard input: whoever wanted to
 * know is gone then, or knows.
 */
export const follower = `
dir=$1 name=$2 from=$3
${countOoms}
exec 3<&0 < /dev/null 5< "$dir/log"
{ cat <&3; kill -s KILL $$; } > /dev/null 2>&1 &
exec 3<&-
[ "$from" -eq 0 ] || dd bs=1 skip="$from" count=0 <&5 2>/dev/null
seen=$dir/seen.$$
pause() { sleep "$1" 2>/dev/null || sleep 1; }
gone() {
  { read -r was < "$dir/pid"; } 2>/dev/null || [ "$quiet" -gt 100 ] || return 1
  { read -r now < "/proc/\${was%% *}/stat"; } 2>/dev/null || return 0
  set -f
  set -- \${was##*) }
  start=\${20}
  set -- \${now##*) }
  [ "$1" = Z ] || [ "$start" != "\${20}" ]
}
complete() { [ "$(tail -c "$((\${#name} + 2))" "$dir/log" | tr -d '\\0')" = "$name" ]; }
quiet=0 ended=0 code= last=no
while :; do
  if [ -z "$code" ] && [ -s "$dir/exit" ]; then
    read -r code < "$dir/exit"
    read -r before < "$dir/ooms"
    oom=-
    [ "$(ooms)" = "$before" ] || oom=oom
    echo "exit $code $oom" >&2
  fi
  if [ -n "$code" ] && complete; then last=yes; fi
  lost=no
  if [ "$quiet" -gt 5 ] && [ -z "$code" ] && gone && [ ! -s "$dir/exit" ]; then lost=yes; fi
  if [ "$dir/log" -nt "$seen" ]; then quiet=0; else quiet=$((quiet + 1)); fi
  : > "$seen"
  cat <&5 || exit 1
  if [ "$last" = yes ]; then exit; fi
  if [ "$lost" = yes ]; then echo gone >&2; exit; fi
  if [ -n "$code" ]; then
    ended=$((ended + 1))
    [ "$ended" -lt 200 ] || exit
    pause 0.03
  elif [ "$quiet" -lt 5 ]; then pause 0.02
  elif [ "$quiet" -lt 50 ]; then pause 0.05
  else pause 0.2
  fi
done
`

/**
 * Arguments: the step's directory, its name, the signal. Reaches the processes of the calling user that
 * carry the step's mark or descend from its runner; the runner and its helpers are left alone. A whole
 * group gets it at once, so that no shell tells of the end of its child. KILL comes back until none is left.
 */
export const signalProgram = `
dir=$1 name=$2 signal=$3
all() {
  for process in /proc/[0-9]*; do
    [ -O "$process" ] || continue
    if { read -r stat < "$process/stat"; } 2>/dev/null; then
      set -- \${stat##*) }
      [ "$1" = Z ] || echo "\${process#/proc/}:$2:$3"
    fi
  done
}
below() {
  tree=" $1 " more=yes
  while [ "$more" = yes ]; do
    more=no
    for one in $2; do
      pid=\${one%%:*} parent=\${one#*:}
      case $tree in *" $pid "*) continue ;; esac
      case $tree in *" \${parent%:*} "*) tree="$tree$pid " more=yes ;; esac
    done
  done
  echo "$tree"
}
listed() { case $2 in *"/proc/$1/environ"*) return 0 ;; esac; return 1; }
rounds=0
while [ -e "$dir/pid" ] && [ ! -s "$dir/exit" ]; do
  { read -r stat < "$dir/pid"; } 2>/dev/null || stat=
  runner=\${stat%% *}
  everybody=$(all)
  tree=$(below "\${runner:-none}" "$everybody")
  marked=$(grep -lszxF "${stepVariable}=$name" /proc/[0-9]*/environ)
  ours=$(grep -lszF "${runnerVariable}=" /proc/[0-9]*/environ)
  found=' ' targets=
  for one in $everybody; do
    pid=\${one%%:*}
    if [ "$pid" = "$runner" ] || listed "$pid" "$ours"; then continue; fi
    case $tree in *" $pid "*) ;; *) listed "$pid" "$marked" || continue ;; esac
    found="$found$pid " targets="$targets $one"
  done
  for one in $targets; do
    pid=\${one%%:*} group=\${one##*:}
    case $found in *" $group "*) if [ "$pid" = "$group" ]; then kill -s "$signal" -- "-$group"; fi ;; *) kill -s "$signal" "$pid" ;; esac
  done 2>/dev/null
  if [ -n "$targets" ]; then [ "$signal" = KILL ] || exit 0
  elif [ -n "$runner" ] && [ ! -d "/proc/$runner" ]; then exit 0
  elif [ "$4" = once ]; then exit 0
  fi
  rounds=$((rounds + 1))
  [ "$rounds" -lt 200 ] || exit 1
  sleep 0.05 2>/dev/null || sleep 1
done
`
