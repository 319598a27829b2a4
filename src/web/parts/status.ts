import { html } from 'hono/html'
import type { PipelineRun } from '../../model/run.ts'
import type { Html } from './layout.ts'

/** One badge for every status; the word is there for those who cannot see the colour. */
export const badge = (status: string): Html =>
  html`<span class="status ${status}">${status.replaceAll('_', ' ')}</span>`

/** A config is being read: what runs is not known yet. */
export const isReading = ({ state, continuation }: PipelineRun): boolean =>
  state === 'pending' || (state === 'created' && continuation?.stage === 'compiling')

/** `3.2 s`, `4 min 5 s`, `2 h 3 min`; empty when it has not begun. */
export function duration(from: number | null, to: number | null): string {
  if (from === null || to === null) return ''
  const seconds = Math.max(0, to - from) / 1000
  if (seconds < 60) return `${seconds.toFixed(1)} s`
  const minutes = Math.floor(seconds / 60)
  return minutes < 60
    ? `${minutes} min ${Math.floor(seconds % 60)} s`
    : `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}

export const time = (ms: number): Html => {
  const iso = new Date(ms).toISOString()
  return html`<time datetime="${iso}">${iso.replace('T', ' ').slice(0, 19)} UTC</time>`
}

export const notices = (texts: readonly string[]): Html | string =>
  texts.length === 0
    ? ''
    : html`<ul class="notices">${texts.map((text) => html`<li>${text}</li>`)}</ul>`
