import { sentence } from './markdown.ts'

/** What people should read about their last clicks, newest first, as one quoted block; or nothing. */
export function noticeLines(notices: readonly string[]): readonly string[] {
  if (notices.length === 0) return []
  return [notices.toReversed().slice(0, 5).map(quoted).join('\n>\n')]
}

const quoted = (notice: string): string => `> ${sentence(notice, 1000)}`
