/**
 * What the checkout does, for any POSIX shell. Everything that comes from outside arrives in variables
 * and is used as whole words, with `refs/heads/` before a branch's name, so that no name is an option.
 *
 * History comes without the files of older commits (`blobless`) where git can: before 2.25 it could not
 * well, and 2.41.0 loses objects. Nor does it for private repositories: git fetches those files when a
 * later step asks for them (`git diff HEAD~1`), and later steps have no token. A commit that no branch holds any more (force-pushed away) is asked
 * for by its name.
 */
export const checkoutScript = `
fail() { echo "$1" >&2; exit "\${2:-1}"; }

command -v git > /dev/null 2>&1 ||
  fail "git is not installed where the job runs; install it, or use an image that has it" 127

enter() {
  mkdir -p -- "$CHECKOUT_PATH"
  cd -- "$CHECKOUT_PATH"
  if [ -e .git ]; then
    echo "Using the repository in $CHECKOUT_PATH"
    git remote set-url origin "$CHECKOUT_URL" 2> /dev/null || git remote add origin "$CHECKOUT_URL"
  elif [ -n "$(ls -A)" ]; then
    fail "$CHECKOUT_PATH exists, is not empty and is not a git repository: check out elsewhere (path), or empty it first"
  else
    git init --quiet
    git remote add origin "$CHECKOUT_URL"
  fi
  git config gc.auto 0
}

can_filter() {
  [ "$CHECKOUT_PRIVATE" = false ] || return 1
  case "$(git --version)" in
    *" 1."* | *" 2.41.0"*) return 1 ;;
    *" 2."[0-9].* | *" 2.1"[0-9].* | *" 2.2"[0-4].*) return 1 ;;
  esac
}

fetch() {
  case "$CHECKOUT_METHOD" in
    shallow) git fetch --no-tags --depth "$CHECKOUT_DEPTH" origin "$CHECKOUT_SHA" ;;
    blobless) if can_filter; then fetch_all --filter=blob:none; else fetch_all; fi ;;
    *) fetch_all ;;
  esac
}

fetch_all() {
  git fetch "$@" --force --tags origin '+refs/heads/*:refs/remotes/origin/*' && {
    git cat-file -e "$CHECKOUT_SHA^{commit}" 2> /dev/null ||
      git fetch "$@" --no-tags origin "$CHECKOUT_SHA"
  }
}

switch() {
  if [ -n "$CHECKOUT_BRANCH" ]; then
    git check-ref-format "refs/heads/$CHECKOUT_BRANCH" || fail "this branch's name is not one for git"
    git update-ref "refs/heads/$CHECKOUT_BRANCH" "$CHECKOUT_SHA"
    git symbolic-ref HEAD "refs/heads/$CHECKOUT_BRANCH"
  else
    git update-ref --no-deref HEAD "$CHECKOUT_SHA"
  fi
  git reset --quiet --hard "$CHECKOUT_SHA"
}

echo "Checking out $CHECKOUT_SHA of $CHECKOUT_URL with $(git --version)"
enter
fetch || fail "the commit $CHECKOUT_SHA could not be fetched: see above; it may have been removed from the repository"
switch
git --no-pager log -1 --no-show-signature --format='HEAD is now at %h %s'
`
