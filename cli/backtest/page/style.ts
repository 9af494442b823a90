/** The style sheet of the page: light or dark, wide or narrow. */
export const STYLE = `
:root { color-scheme: light dark; --bg: #f6f7f9; --card: #fff; --text: #1d2430; --dim: #5d6675; --line: #dfe3ea; --code: #eef1f5; --series: #2f6fd6; --series-fill: #2f6fd622; --warning: #b45309; --critical: #c2273d; --focus: #1d5fd1; }
@media (prefers-color-scheme: dark) { :root { --bg: #0e1116; --card: #171b22; --text: #e6e9ef; --dim: #98a2b3; --line: #2b323d; --code: #232a34; --series: #7cadff; --series-fill: #7cadff26; --warning: #f0a13a; --critical: #ff7a88; --focus: #9dc1ff; } }
* { box-sizing: border-box; }
[hidden] { display: none !important; }
body { margin: 0 auto; max-width: 1320px; padding: 20px 20px 64px; background: var(--bg); color: var(--text); font: 14px/1.5 system-ui, sans-serif; }
h1 { margin: 0; font-size: 24px; }
h2 { margin: 0 0 8px; font-size: 16px; }
h3 { margin: 0; font-size: 14px; }
p { margin: 4px 0; overflow-wrap: anywhere; }
.dim { color: var(--dim); }
button, input { font: inherit; color: inherit; background: var(--card); border: 1px solid var(--line); border-radius: 6px; padding: 3px 10px; }
button { cursor: pointer; }
:focus-visible { outline: 2px solid var(--focus); outline-offset: 1px; }
.columns { display: grid; grid-template-columns: 380px minmax(0, 1fr); gap: 16px; margin-top: 14px; align-items: start; }
aside { position: sticky; top: 12px; display: grid; gap: 12px; }
main, .rules { display: grid; gap: 14px; min-width: 0; }
.card { position: relative; padding: 12px 14px; background: var(--card); border: 1px solid var(--line); border-radius: 10px; min-width: 0; }
.sets { display: grid; gap: 6px; margin: 0; }
.sets div { display: grid; grid-template-columns: 92px 1fr; gap: 8px; align-items: start; font-size: 13px; }
.numbers { width: 100%; font-size: 13px; border-collapse: collapse; font-variant-numeric: tabular-nums; }
.numbers th { font-weight: 400; color: var(--dim); text-align: left; padding: 2px 0; }
.numbers thead th { text-align: right; padding-left: 10px; vertical-align: bottom; }
.numbers thead th:nth-child(2) { color: var(--text); font-weight: 600; }
.numbers td { text-align: right; padding: 2px 0 2px 10px; }
.numbers td:nth-child(2) { font-weight: 600; }
.state { margin: 6px 0 0; font-size: 13px; color: var(--dim); }
.numbers[aria-busy=true] td:nth-child(2) { animation: stale 0s .2s forwards; }
@keyframes stale { to { opacity: .35; } }
.deploy pre { margin: 0 0 8px; padding: 10px 12px; white-space: pre-wrap; overflow-wrap: anywhere; background: var(--code); border-radius: 8px; font: 12px/1.5 ui-monospace, monospace; }
.head { display: flex; flex-wrap: wrap; gap: 6px 14px; align-items: center; }
.head h3 code { font: 600 14px/1.5 ui-monospace, monospace; }
.head input[type=number] { width: 84px; }
.point { margin-left: auto; min-height: 1.5em; font-variant-numeric: tabular-nums; }
.error { color: var(--critical); font-size: 13px; }
.error:empty { display: none; }
[aria-invalid=true] { border-color: var(--critical); }
a { color: var(--focus); }
.plot { margin-top: 6px; }
.limit { position: absolute; z-index: 3; left: 0; right: 0; top: -14px; height: 28px; cursor: ns-resize; touch-action: none; --of: var(--warning); }
.limit.critical { --of: var(--critical); }
.limit::before { content: ''; position: absolute; left: 0; right: 0; top: 13px; border-top: 2px dashed var(--of); }
.limit .label { position: absolute; right: 0; bottom: 16px; padding: 0 8px; border-radius: 6px; background: var(--of); color: var(--card); font: 600 12px/20px system-ui, sans-serif; white-space: nowrap; }
.limit .label.below { bottom: auto; top: 16px; }
.bands { position: absolute; inset: 0; overflow: hidden; }
.band { --of: var(--warning); position: absolute; top: 0; bottom: 0; padding: 0; border: 0; border-top: 5px solid var(--of); border-radius: 0; background: color-mix(in srgb, var(--of) 26%, transparent); }
.band.critical { --of: var(--critical); }
.band:hover, .band:focus { background: color-mix(in srgb, var(--of) 55%, transparent); }
.tip { position: absolute; z-index: 5; top: calc(100% - 44px); max-width: min(440px, calc(100% - 16px)); padding: 8px 12px; background: var(--card); border: 1px solid var(--line); border-radius: 8px; box-shadow: 0 6px 24px #0003; font-size: 13px; pointer-events: none; }
.tip ul { margin: 4px 0 0; padding-left: 18px; }
.reason, .alone { margin: 6px 0 0; }
.alone { min-height: 1.5em; }
.incidents { margin: 8px 0 0; padding-left: 30px; max-height: 320px; overflow: auto; }
.incidents li { overflow-wrap: anywhere; }
.incidents li::marker { color: var(--warning); font-weight: 600; }
.incidents li.critical::marker { color: var(--critical); }
.wide { overflow-x: auto; }
.names { margin-top: 8px; }
.names { width: 100%; border-collapse: collapse; font-variant-numeric: tabular-nums; }
.names th, .names td { padding: 3px 12px 3px 0; text-align: right; border-top: 1px solid var(--line); font-weight: 400; }
.names th:first-child { text-align: left; overflow-wrap: anywhere; min-width: 130px; }
.names thead th { color: var(--dim); border-top: 0; }
.spark { display: inline-block; vertical-align: middle; }
.spark polyline { fill: none; stroke: var(--critical); stroke-width: 1.25; }
.bar { display: none; }
footer { margin-top: 28px; color: var(--dim); }
footer pre { white-space: pre-wrap; font: 12px/1.5 ui-monospace, monospace; }
@media (max-width: 820px) {
  body { padding: 14px 12px 64px; }
  .columns { grid-template-columns: minmax(0, 1fr); }
  aside { position: static; }
  .point { margin-left: 0; width: 100%; }
  .bar { display: block; position: fixed; z-index: 6; left: 0; right: 0; bottom: 0; margin: 0; padding: 8px 12px; background: var(--card); border-top: 1px solid var(--line); text-align: center; font-variant-numeric: tabular-nums; }
}
@media (prefers-reduced-motion: no-preference) { .band { transition: background .12s; } }
`;
