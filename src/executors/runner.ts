/**
 * The step runner: two short POSIX shell programs that every executor uses, so that no step ever lives
 * inside the process that follows it.
 *
 * A step has a directory of its own that its commands cannot reach. In it the runner keeps
 * - `pid`: the runner's line of /proc/self/stat and the boot's id; creating it is the claim to begin,
 *   so a step begins at most once however often the runner is started;
 * - `log`: what the step printed, in order, then an end mark;
 * - `exit`: its exit code, written before the end mark.
 *
 * The output goes through a pipe and `cat`, not straight into the file: a script may reopen its output
 * by name (`echo oops > /dev/stderr`), which truncates a file but not a pipe.
 */

/** Set for the runner's own processes, and for none of the step's. */
export const runnerVariable = 'SLUICE_RUNNER'
/** Set for all processes of a step, so that those who left their parents are found again. */
export const stepVariable = 'SLUICE_STEP'

/**
 * Arguments: the step's directory, its name, `other-user` when the commands run as somebody else, then
 * the words that enter the environment. Standard input is the entry (see `entryScript`), standard output
 * and error are `log`, opened for appending.
 *
 * It outlives the signals that end a step's commands, to write down how they ended, and waits for
 * nobody but them: whoever still holds the pipe afterwards only keeps `cat` alive. What it would say
 * itself (`Killed`) is not the step's output; the parentheses are for shells that redirect before they
 * fork.
 */
export const stepRunner = `
dir=$1 name=$2 as=$3
shift 3
trap : HUP INT TERM
read -r stat < /proc/self/stat
read -r boot < /proc/sys/kernel/random/boot_id
set -C
{ printf '%s\\n%s\\n' "$stat" "$boot" > "$dir/pid"; } 2>/dev/null || exit 0
set +C
{
  if [ "$as" = other-user ]; then chmod a+w /dev/stdout; fi
  ("$@" 2>&1)
  code=$?
  echo "$code" > "$dir/exit"
  printf '\\0%s\\n' "$name"
} 2> /dev/null | cat
`

/**
 * Arguments: the file to report in, the file of mounts or nothing. Standard input is one line once it is
 * known whose the environment is: the seconds to live, and the id that begins `stepVariable` for all its
 * steps. It ends when nobody is left who could say so: an environment that waits for its task never
 * outlives the process that made it.
 *
 * The keeper holds the environment: where there are namespaces it is process 1 of the job's own, and
 * with it everything in them ends. It ends by itself when the time is over. Where there are no
 * namespaces it then ends the processes that carry the mark. What waits with it carries the mark, too.
 */
export const keeper = `
read -r stat < /proc/self/stat
read -r boot < /proc/sys/kernel/random/boot_id
set -C
exec 5> "$1"
printf '%s\\n%s\\n' "$stat" "$boot" >&5
trap '' HUP INT TERM PIPE
if [ -n "$2" ]; then
  read -r stage < "$2"
  mount --all --fstab "$2" && umount "\${stage#\\#}" || exit 1
fi
echo ready >&5
echo ready
read -r seconds id || exit
exec < /dev/null > /dev/null 2>&1
${stepVariable}="$id/" sleep "$seconds" 5>&- &
wait
echo expired >&5
if [ -n "$2" ]; then exit; fi
for process in /proc/[0-9]*; do
  if { tr '\\0' '\\n' < "$process/environ" | grep -qF "${stepVariable}=$id/"; } 2>/dev/null; then kill -s KILL "\${process#/proc/}"; fi
done
`

/**
 * What ends a log once everything that the step printed before its end is in it. It does not begin as it
 * ends, so that a likeness of it before it hides nothing.
 */
export const endMark = (name: string): Buffer => Buffer.from(`\0${name}\n`)

export interface Entry {
  /** `<environment>/<step>`. */
  readonly name: string
  readonly env: Readonly<Record<string, string>>
  /** Created when missing. */
  readonly workingDirectory: string
  /** Must exist. */
  readonly directory: string
  /** Words of the command that takes the place of the entry's shell. */
  readonly command: readonly string[]
}

/**
 * The text that a shell inside the environment reads from its standard input: it sets the variables,
 * goes to the directory and becomes the command. Never in a file with a name, nor in arguments.
 * Throws when a variable cannot exist (name or value).
 */
export function entryScript(entry: Entry): string {
  return [
    `unset ${runnerVariable}`,
    'umask 022',
    // The memory of a command holds its secrets; who wants it in a file can raise the limit.
    'ulimit -S -c 0',
    ...exports({ ...entry.env, [stepVariable]: entry.name }),
    ...enterDirectory(entry.workingDirectory, entry.directory),
    `exec ${entry.command.map(quoted).join(' ')} < /dev/null`,
    '',
  ].join('\n')
}

/** Shell lines that create `workingDirectory`, then go to `directory`, or say why not and stop. */
export const enterDirectory = (workingDirectory: string, directory: string): readonly string[] => [
  `[ -d ${quoted(workingDirectory)} ] || mkdir -p -- ${quoted(workingDirectory)} || exit 1`,
  `cd -- ${quoted(directory)} || exit 1`,
]

function exports(env: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(env).map(([name, value]) => {
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) {
      throw new Error(`${JSON.stringify(name)} cannot be the name of an environment variable`)
    }
    if (value.includes('\0')) {
      throw new Error(`the value of the environment variable ${name} holds a NUL byte`)
    }
    return `export ${name}=${quoted(value)}`
  })
}

/** `word` as one literal word of a POSIX shell. */
export const quoted = (word: string): string => `'${word.replaceAll("'", `'\\''`)}'`
