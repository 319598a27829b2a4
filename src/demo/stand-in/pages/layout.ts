import { type Html, html } from './html.ts'
import { stylePath } from './style.ts'

/** How often a page asks for news, in seconds: there is no script on it. */
const refresh = 3

export const layout = (title: string, body: Html): string =>
  html`<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta http-equiv="refresh" content="${refresh}"><title>${title}</title>
<link rel="stylesheet" href="${stylePath}"></head>
<body><header><h1><a href="/">GitHub stand-in</a></h1><span>${title}</span></header>
<main>${body}</main></body></html>
`.markup
