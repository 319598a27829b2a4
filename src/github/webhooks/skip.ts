/**
 * Why a push of a commit with this message starts nothing, or null. CircleCI looks for `[skip ci]` and
 * `[ci skip]` in the first 250 characters of the title and of the body; GitHub's own `skip-checks: true`
 * is a trailer, so it counts only in the last paragraph.
 */
export function skipReason(message: string): string | null {
  const { subject, body } = parted(message)
  const marks = [subject, body].map((part) => /\[(?:skip ci|ci skip)\]/i.exec(part.slice(0, 250)))
  const mark = marks.find((found) => found !== null)
  if (mark) return `the head commit says ${mark[0]}`
  return hasSkipTrailer(body) ? 'the head commit says skip-checks: true' : null
}

/** A commit message as its first line and the rest, without the empty lines between them. */
export function parted(message: string): { readonly subject: string; readonly body: string } {
  const end = message.indexOf('\n')
  if (end < 0) return { subject: message.trimEnd(), body: '' }
  return {
    subject: message.slice(0, end).trimEnd(),
    body: message.slice(end + 1).replace(/^(?:[^\S\n]*\n)+/, ''),
  }
}

function hasSkipTrailer(body: string): boolean {
  const lines = body.trimEnd().split('\n')
  const last = lines.slice(lines.findLastIndex((line) => line.trim() === '') + 1)
  return last.some((line) => /^skip-checks:[^\S\n]*true\s*$/i.test(line))
}
