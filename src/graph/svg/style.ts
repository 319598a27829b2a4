/**
 * The look, for both colour schemes. Every rule is bound to the picture's class, so that it can stand
 * inside a page. Colour only repeats what shapes and words say.
 */
export const style = `
.sluice-graph { --paper: #fff; --ink: #1f2328; --dim: #59636e; --line: #818b98; --box: #f6f8fa;
  --good: #1a7f37; --bad: #cf222e; --busy: #0969da; --held: #9a6700;
  font-family: system-ui, -apple-system, "Segoe UI", sans-serif; }
@media (prefers-color-scheme: dark) { .sluice-graph { --paper: #0d1117; --ink: #e6edf3; --dim: #9198a1;
  --line: #6e7681; --box: #161b22; --good: #3fb950; --bad: #f85149; --busy: #4493f8; --held: #d29922; } }
.sluice-graph .paper { fill: var(--paper); }
.sluice-graph .workflow { fill: var(--ink); font-size: 15px; font-weight: 600; }
.sluice-graph .shape { fill: var(--box); stroke: var(--line); stroke-width: 1.25; stroke-linejoin: round; }
.sluice-graph .name { fill: var(--ink); font-size: 13px; text-anchor: middle; }
.sluice-graph .more { fill: var(--dim); font-size: 11px; text-anchor: middle; }
.sluice-graph .line { fill: none; stroke: var(--line); stroke-width: 1.25; }
.sluice-graph .special { stroke-dasharray: 5 3; }
.sluice-graph .head, .sluice-graph .junction { fill: var(--line); }
.sluice-graph .label { fill: var(--dim); font-size: 11px; text-anchor: middle; stroke: var(--paper);
  stroke-width: 4px; paint-order: stroke; stroke-linejoin: round; }
.sluice-graph .approval .shape { stroke: var(--held); }
.sluice-graph .no-op .shape { stroke-dasharray: 3 3; }
.sluice-graph .success .shape { stroke: var(--good); }
.sluice-graph .success .more { fill: var(--good); }
.sluice-graph :is(.failed, .unauthorized) .shape { stroke: var(--bad); stroke-width: 2; }
.sluice-graph :is(.failed, .unauthorized) .more { fill: var(--bad); }
.sluice-graph .running .shape { stroke: var(--busy); stroke-width: 2; }
.sluice-graph .running .more { fill: var(--busy); }
.sluice-graph .on_hold .shape { stroke: var(--held); stroke-width: 2; }
.sluice-graph .on_hold .more { fill: var(--held); }
.sluice-graph :is(.canceled, .not_run, .blocked) .name { fill: var(--dim); }
`
