/** The whole look: system fonts, the two colour schemes of the browser, and a colour for each status. */
export const stylesheet = `
:root { color-scheme: light dark; --line: #8884; --dim: #777; }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 70rem; padding: 1rem; font: 15px/1.5 system-ui, sans-serif; }
header { display: flex; gap: 1rem; align-items: baseline; border-bottom: 1px solid var(--line); margin-bottom: 1rem; }
header a { font-weight: 600; font-size: 1.2rem; text-decoration: none; color: inherit; }
h1 { font-size: 1.3rem; margin: 0.5rem 0; overflow-wrap: anywhere; }
h2 { font-size: 1.05rem; margin: 1.2rem 0 0.3rem; }
table { border-collapse: collapse; width: 100%; }
td, th { text-align: left; padding: 0.35rem 0.6rem; border-bottom: 1px solid var(--line); vertical-align: top; overflow-wrap: anywhere; }
th { font-weight: 600; color: var(--dim); }
.dim { color: var(--dim); }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.status { display: inline-block; padding: 0 0.5em; border-radius: 0.8em; border: 1px solid currentColor; font-size: 0.85em; white-space: nowrap; }
.success { color: #1a7f37; }
.failed, .errored, .failing, .unauthorized { color: #cf222e; }
.running { color: #0969da; }
.on_hold { color: #9a6700; }
.canceled, .not_run, .blocked, .queued, .pending, .ignored, .skipped, .created { color: var(--dim); }
ul.notices { border-left: 3px solid #9a6700; margin: 0.5rem 0; padding: 0.2rem 1.5rem; }
code { font: 0.9em ui-monospace, monospace; }
`
