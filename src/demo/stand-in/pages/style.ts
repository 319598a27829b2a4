export const stylePath = '/-/style.css'

/** The pages' only style sheet. */
export const style = `
:root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif; }
body { max-width: 60rem; margin: 0 auto; padding: 1rem; }
header { display: flex; gap: 1rem; flex-wrap: wrap; align-items: baseline; border-bottom: 1px solid #8886; }
h1 { font-size: 1.2rem; } h2 { font-size: 1rem; margin: 0; }
a { color: #2f6fde; } .quiet { opacity: .7; }
article { border: 1px solid #8886; border-radius: 6px; padding: .6rem .9rem; margin: .7rem 0; }
article > div { display: flex; gap: .6rem; align-items: baseline; flex-wrap: wrap; }
.icon { font-weight: bold; } .success { color: #1a7f37; } .failure { color: #d1242f; }
.action_required { color: #bc4c00; } .in_progress, .queued { color: #9a6700; }
form { display: inline; } button { font: inherit; cursor: pointer; }
pre { overflow: auto; padding: .5rem; background: #8882; border-radius: 4px; }
table { border-collapse: collapse; } td, th { border: 1px solid #8886; padding: .1rem .5rem; text-align: left; }
.heading { font-weight: bold; } ul { padding-left: 1.2rem; }
`
