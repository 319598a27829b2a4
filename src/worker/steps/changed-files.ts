import { err, ok, type Result } from '../../model/result.ts'
import { inside, lastLine } from './inside.ts'
import { refused, type StepContext, type StepEnd } from './step.ts'

export interface Changed {
  /** The commit that was compared with, or the empty tree. */
  readonly from: string
  /** Paths relative to the root of the repository. */
  readonly files: readonly string[]
}

/**
 * What was changed since the branch left `base`; on `base` itself, since the commit before (or nothing,
 * when `sameBaseRun` is false). Asks git in the job's working directory.
 */
export async function changedFiles(
  context: StepContext,
  base: string,
  sameBaseRun: boolean,
): Promise<Result<Changed, StepEnd>> {
  const env = {
    CHANGED_BASE: base,
    CHANGED_HEAD: context.task.trigger.commit.sha,
    CHANGED_ON_BASE: String(sameBaseRun),
    GIT_TERMINAL_PROMPT: '0',
  }
  const said = await inside(context, { name: 'changed', script, env })
  if (!said.ok) return said
  const { code, output } = said.value
  if (code !== 0) return err(refused(`the changed files are not known: ${lastLine(output)}`))
  const [from = '', ...files] = output.toString().split('\0')
  return ok({ from, files: files.filter((file) => file !== '') })
}

/** Prints the commit to compare with and the paths, each with a NUL behind it; or a reason, and fails. */
const script = `
fail() { echo "$1"; exit 9; }
commit() { git rev-parse --verify --quiet "$1^{commit}" 2> /dev/null; }

command -v git > /dev/null 2>&1 || fail "git is not installed where the job runs"
git rev-parse --git-dir > /dev/null 2>&1 ||
  fail "the working directory is no git repository: check out before this step"
cd "./$(git rev-parse --show-cdup)"
case "$CHANGED_BASE" in
  '' | -*) fail "the base revision is '$CHANGED_BASE', which names no revision" ;;
esac
head=$(commit "$CHANGED_HEAD") || fail "the commit $CHANGED_HEAD is not in the repository"
base=$(commit "refs/remotes/origin/$CHANGED_BASE" || commit "$CHANGED_BASE") ||
  fail "the base revision $CHANGED_BASE is neither a branch of origin nor a tag or commit here; is it called otherwise, or was it not fetched?"
ancestor=$(git merge-base "$base" "$head" 2> /dev/null) ||
  fail "$CHANGED_BASE and $CHANGED_HEAD have no commit in common here; a shallow checkout lacks it"
if [ "$ancestor" = "$head" ]; then
  if [ "$CHANGED_ON_BASE" = false ]; then
    printf '%s\\0' "$ancestor"
    exit 0
  fi
  if ! ancestor=$(commit "$head~1"); then
    [ "$(git rev-parse --is-shallow-repository)" = false ] ||
      fail "the commit before $CHANGED_HEAD is missing: the checkout is shallow"
    ancestor=$(git hash-object -t tree /dev/null)
  fi
fi
printf '%s\\0' "$ancestor"
git diff --name-only -z "$ancestor" "$head" 2> /dev/null || fail "git diff failed"
`
