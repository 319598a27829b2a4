import { derivedId } from '../../model/ids.ts'
import { byteLength, plainText } from '../text.ts'

/** GitHub writes of 65,535 characters and counts bytes. */
export const bodyBytes = 65_535
const titleBytes = 255
export const annotationsPerRequest = 50

const nameBytes = 200

/** The name of a check; a long one is shortened so that it stays different from other long ones. */
export function checkName(text: string): string {
  const name = plainText(text, Number.MAX_SAFE_INTEGER)
  if (byteLength(name) <= nameBytes) return name
  const mark = derivedId('check name', name).slice(0, 8)
  return `${plainText(name, nameBytes - mark.length - 1)} ${mark}`
}

/** One plain line for the head of a check. */
export const checkTitle = (text: string): string => plainText(text, titleBytes)

/**
 * As many of `lines` as fit `limit` bytes, the first ones; when some are left out, `more` says so in
 * their place.
 */
export function fitting(
  lines: readonly string[],
  limit: number,
  more: (left: number) => string,
): readonly string[] {
  let room = limit - byteLength(more(lines.length)) - 1
  const kept = lines.findIndex((line) => {
    room -= byteLength(line) + 1
    return room < 0
  })
  return kept < 0 ? lines : [...lines.slice(0, kept), more(lines.length - kept)]
}
