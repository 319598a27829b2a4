import type { Report } from '../report.ts'
import type { Node, Origin, Place, Span } from './located.ts'
import type { Measures } from './measure.ts'

/** What is known while one document is turned into nodes. */
export interface Building {
  readonly report: Report
  /** Null: the config itself. */
  readonly origin: Origin | null
  readonly measures: Measures
  /** Anchors that no alias has named so far, with their places. */
  readonly unusedAnchors: Map<string, Span>
  /** Finished anchors by name; `open` while their own content is being read. */
  readonly anchors: Map<string, Node | 'open'>
}

/** While a document is read its paths are not known: an aliased value has several. */
export const at = (span: Span): Place => ({ span, path: '' })
