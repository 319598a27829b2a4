import type { JobId } from './ids.ts'

/** Where the dashboard serves an artifact: the path of its address, safe inside HTML and Markdown. */
export const artifactAddress = (
  jobId: JobId,
  { index, path }: { readonly index: number; readonly path: string },
): string => `/jobs/${jobId}/artifacts/${index}/${path.split('/').map(encoded).join('/')}`

/** What `encodeURIComponent` leaves means something in Markdown. */
const encoded = (part: string): string =>
  encodeURIComponent(part.toWellFormed()).replaceAll(
    /[!'()*_~]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  )
