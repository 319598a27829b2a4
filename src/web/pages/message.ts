import { html } from 'hono/html'
import { type Html, layout } from '../parts/layout.ts'

export const messagePage = (text: string): Html =>
  layout({ title: text, body: html`<h1>${text}</h1><p><a href="/">All pipelines</a></p>` })
