/** The pages of `sluice setup`. There is no script on them. */
import type { Credentials } from './conversion.ts'

export interface StartView {
  readonly appName: string
  /** GitHub's page for new Apps, with the state. */
  readonly action: string
  /** JSON. */
  readonly manifest: string
  /** Login of the organization that will own the App; null: whoever presses the button. */
  readonly organization: string | null
  readonly file: string
}

/** The page with the one button that leads to GitHub. */
export const startPage = ({ appName, action, manifest, organization, file }: StartView): string =>
  layout(
    'Make the GitHub App',
    `<p>Sign in to GitHub first${organization ? ` as an owner of <b>${escape(organization)}</b>` : ''}. The button
leads there; GitHub shows what the App <b>${escape(appName)}</b> may do, lets you change its name, and makes it.</p>
<p>The App's credentials are then written to <code>${escape(file)}</code> on the machine of Sluice.</p>
<form method="post" action="${escape(action)}">
<input type="hidden" name="manifest" value="${escape(manifest)}">
<button type="submit">Go on to GitHub</button></form>`,
  )

/** The App is made and its settings are written. */
export const donePage = (app: Credentials, file: string): string =>
  layout(
    'The App is made',
    `<p>Its settings are in <code>${escape(file)}</code>.</p>
<p><a href="${escape(installPage(app))}">Install it on repositories</a>, then go back to the terminal: it says
what comes next. This address no longer works.</p>`,
  )

export const problemPage = (problem: string): string =>
  layout('That did not work', `<p>${escape(problem)}</p>`)

/** Where people choose the repositories of an App. */
export const installPage = ({ page }: Credentials): string => `${page}/installations/new`

const layout = (title: string, body: string): string => `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark"><title>Sluice: ${escape(title)}</title></head>
<body><h1>${escape(title)}</h1>
${body}
</body></html>
`

const escape = (text: string): string =>
  text.replaceAll(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
