import { createHash } from 'node:crypto'

/** The whole look: system fonts, the two colour schemes of the browser, and a colour for each status. */
export const stylesheet = `
:root {
  color-scheme: light dark;
  --line: #8884;
  --dim: light-dark(#636c76, #9198a1);
  --good: light-dark(#1a7f37, #3fb950);
  --bad: light-dark(#cf222e, #f85149);
  --busy: light-dark(#0969da, #4493f8);
  --held: light-dark(#9a6700, #d29922);
}
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 70rem; padding: 1rem; font: 15px/1.5 system-ui, sans-serif; }
header { display: flex; gap: 1rem; align-items: baseline; border-bottom: 1px solid var(--line); margin-bottom: 1rem; }
header a { font-weight: 600; font-size: 1.2rem; text-decoration: none; color: inherit; }
h1 { font-size: 1.3rem; margin: 0.5rem 0; overflow-wrap: anywhere; }
h2 { font-size: 1.05rem; margin: 1.2rem 0 0.3rem; overflow-wrap: anywhere; }
p, li { overflow-wrap: anywhere; }
table { border-collapse: collapse; width: 100%; }
td, th { text-align: left; padding: 0.35rem 0.6rem; border-bottom: 1px solid var(--line); vertical-align: top; overflow-wrap: anywhere; min-width: 5rem; }
th { font-weight: 600; color: var(--dim); }
.dim { color: var(--dim); }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.status { display: inline-block; padding: 0 0.5em; border-radius: 0.8em; border: 1px solid currentColor; font-size: 0.85em; white-space: nowrap; }
.success { color: var(--good); }
.failed, .errored, .failing, .unauthorized, .error { color: var(--bad); }
.running { color: var(--busy); }
.on_hold, .held, .warning { color: var(--held); }
.canceled, .not_run, .blocked, .queued, .pending, .ignored, .skipped, .created, .info, .hint { color: var(--dim); }
ul.notices { border-left: 3px solid var(--held); margin: 0.5rem 0; padding: 0.2rem 1.5rem; }
code { font: 0.9em ui-monospace, monospace; }
@media (max-width: 45rem) {
  tr { display: block; padding: 0.4rem 0; border-bottom: 1px solid var(--line); }
  tr:has(th) { display: none; }
  td { display: inline-block; min-width: 0; margin-right: 0.6rem; padding: 0.05rem 0; border: 0; text-align: left; }
  td:empty { display: none; }
  td.requires::before { content: "after "; color: var(--dim); }
}
`

/** Another look has another address: browsers keep it for as long as they like. */
export const stylesheetAddress = `/assets/sluice.css?${createHash('sha256').update(stylesheet).digest('hex').slice(0, 12)}`
