import { artifactAddress } from '../../model/artifact-address.ts'
import { sized } from '../../model/size.ts'
import type { JobFacts } from '../../ports/checks.ts'
import type { RenderOptions } from './desired.ts'
import { sentence } from './markdown.ts'

/** Markdown: a link for each of the first artifacts of a job. */
export function artifactLines(
  { artifacts: { artifacts, total }, job }: JobFacts,
  { publicUrl }: RenderOptions,
): readonly string[] {
  if (total === 0) return []
  const links = artifacts.map(
    (one) =>
      `- [${sentence(one.path, 200)}](${publicUrl}${artifactAddress(job.layersOf, one)}) (${sized(one.size)})`,
  )
  const left = total - artifacts.length
  const more =
    left > 0 ? [`- … and [${left} more](${publicUrl}/jobs/${job.layersOf}#artifacts)`] : []
  return [`**Artifacts**`, [...links, ...more].join('\n')]
}
