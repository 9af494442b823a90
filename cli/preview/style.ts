/** The style sheet of the page: light or dark, wide or narrow. */
export const STYLE = `
:root { color-scheme: light dark; --bg: #f6f7f9; --card: #fff; --text: #1d2430; --dim: #5d6675; --line: #d9dee6; --code: #eef1f5; }
@media (prefers-color-scheme: dark) { :root { --bg: #0e1116; --card: #171b22; --text: #e6e9ef; --dim: #98a2b3; --line: #2b323d; --code: #232a34; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 1200px; padding: 24px 20px 64px; background: var(--bg); color: var(--text); font: 15px/1.5 system-ui, sans-serif; }
h1 { margin: 0; font-size: 26px; }
header p { margin: 4px 0 0; color: var(--dim); }
h2 { margin: 36px 0 10px; font-size: 19px; }
h3 { margin: 0 0 8px; font-size: 12px; letter-spacing: .06em; text-transform: uppercase; color: var(--dim); }
.formats { display: grid; grid-template-columns: minmax(0, 3fr) minmax(0, 2fr); gap: 14px; align-items: start; }
.side { display: grid; gap: 14px; }
article { padding: 14px 16px; background: var(--card); border: 1px solid var(--line); border-radius: 10px; }
pre { margin: 0; white-space: pre-wrap; overflow-wrap: anywhere; font: 12.5px/1.5 ui-monospace, monospace; }
.subject { margin: 0 0 10px; padding-bottom: 10px; border-bottom: 1px solid var(--line); font-weight: 600; overflow-wrap: anywhere; }
.card { padding-left: 12px; border-left: 4px solid var(--line); overflow-wrap: anywhere; }
.card p { margin: 0 0 8px; }
.card .title { font-weight: 700; }
.card ul { margin: 8px 0 0; padding-left: 18px; }
.bubble { display: inline-block; margin: 0; padding: 8px 12px; border-radius: 14px; background: var(--code); overflow-wrap: anywhere; }
details { margin-top: 12px; }
summary { cursor: pointer; color: var(--dim); }
details pre { margin-top: 8px; padding: 14px 16px; background: var(--card); border: 1px solid var(--line); border-radius: 10px; }
@media (max-width: 760px) { .formats { grid-template-columns: minmax(0, 1fr); } body { padding: 16px 12px 48px; } }
`;
