import { html } from 'hono/html'
import { stylesheetAddress } from '../assets/stylesheet.ts'

export type Html = ReturnType<typeof html>

interface Page {
  readonly title: string
  readonly body: Html
  /** Whether something on it still changes: then the browser asks again by itself. */
  readonly live?: boolean
}

const refreshSeconds = 2

export const layout = ({ title, body, live = false }: Page): Html => html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
${live ? html`<meta http-equiv="refresh" content="${refreshSeconds}">` : ''}
<title>${title} · Sluice</title>
<link rel="stylesheet" href="${stylesheetAddress}">
</head>
<body>
<header><a href="/">Sluice</a></header>
<main>
${body}
</main>
</body>
</html>`
