import { field, listIn, textIn, textsIn } from './json.ts'

/** The App as GitHub knows it. */
export interface RegisteredApp {
  readonly name: string
  readonly permissions: Readonly<Record<string, string>>
  readonly events: readonly string[]
  readonly pages: AppPages
}

/** Where its owner changes it. */
export interface AppPages {
  readonly general: string
  readonly permissions: string
  readonly deliveries: string
  readonly install: string
}

/** Reads what GitHub says about the App; `web` is the address of its pages. */
export function registeredApp(body: unknown, web: string): RegisteredApp {
  const general = generalPage(body, web)
  const page = textIn(body, 'html_url') ?? ''
  const below = URL.canParse(page) && new URL(page).origin === new URL(web).origin
  return {
    name: textIn(body, 'name') ?? '',
    permissions: textsIn(field(body, 'permissions')),
    events: listIn(field(body, 'events')).map(String),
    pages: {
      general,
      permissions: `${general}/permissions`,
      deliveries: `${general}/advanced`,
      install: below ? `${new URL(page).href}/installations/new` : `${general}/installations`,
    },
  }
}

/** By who owns it; the list of all Apps of the person who looks, should GitHub not say. */
function generalPage(body: unknown, web: string): string {
  const owner = field(body, 'owner')
  const [slug, login] = [nameIn(body, 'slug'), nameIn(owner, 'login')]
  if (slug === null) return `${web}/settings/apps`
  if (login === null) {
    const enterprise = nameIn(owner, 'slug')
    return enterprise === null
      ? `${web}/settings/apps/${slug}`
      : `${web}/enterprises/${enterprise}/settings/apps/${slug}`
  }
  return textIn(owner, 'type') === 'Organization'
    ? `${web}/organizations/${login}/settings/apps/${slug}`
    : `${web}/settings/apps/${slug}`
}

function nameIn(value: unknown, key: string): string | null {
  const name = textIn(value, key)
  return name !== null && /^[\w.-]+$/.test(name) ? name : null
}
