/** The style sheet of the inspector: the same colours as the pages, more on one screen. */
export const INSPECTOR_STYLE = `
:root { color-scheme: light dark; font: 14px/1.45 system-ui, sans-serif;
  --paper: #f6f6f8; --card: #fff; --ink: #1b1b1f; --quiet: #5f5f6b; --line: #d5d5dc; --strong: #1f5fbf; --on-strong: #fff;
  --warn: #7a4100; --warn-paper: #fff0d6; --bad: #b3261e; --good: #1b6e3c; --claims: #8a2f8f; --mono: ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace }
@media (prefers-color-scheme: dark) {
  :root { --paper: #131316; --card: #1c1c21; --ink: #e9e9ee; --quiet: #a3a3b0; --line: #3b3b45; --strong: #8ab4f8; --on-strong: #10131a;
    --warn: #ffd18a; --warn-paper: #33260f; --bad: #f2b8b5; --good: #8fd6a8; --claims: #dfa6e6 }
}
* { box-sizing: border-box }
[hidden] { display: none !important }
body { background: var(--paper); color: var(--ink); margin: 0 }
.banner { background: var(--warn-paper); color: var(--warn); margin: 0; padding: .4rem 1.25rem }
header { align-items: center; border-bottom: 1px solid var(--line); display: flex; flex-wrap: wrap; gap: .25rem 1.5rem; padding: .6rem 1.25rem }
header p { margin: 0 }
header h1 { font-size: 1.15rem; margin: 0 }
header .issuer { flex: 1 1 16rem; overflow-wrap: anywhere }
header .switch { align-items: center; display: flex; gap: .5rem }
header .switch select { max-width: 16rem; width: auto }
.frame { display: grid; gap: 1.25rem; grid-template-columns: 15.5rem minmax(0, 1fr); margin: 0 auto; max-width: 100rem; padding: 1.25rem }
.side { align-self: start; position: sticky; top: 1.25rem }
@media (max-width: 60rem) { .frame { grid-template-columns: minmax(0, 1fr) } .side { position: static } nav ul { display: flex; flex-wrap: wrap } }
nav ul { list-style: none; margin: 0 0 1rem; padding: 0 }
nav a { border-radius: .4rem; color: inherit; display: block; padding: .35rem .75rem; text-decoration: none }
nav a:hover { background: var(--card) }
nav a[aria-current] { background: var(--strong); color: var(--on-strong); font-weight: 600 }
.card, main { background: var(--card); border: 1px solid var(--line); border-radius: .6rem; padding: 1rem }
main { padding: 1.25rem 1.5rem; min-height: 70vh }
main:focus { outline: none }
h2 { font-size: 1.2rem; margin: 0 0 .75rem }
h2:focus { outline: none }
.card h2 { font-size: .95rem; margin: 0 0 .35rem }
h3 { font-size: .95rem; margin: 1rem 0 .35rem }
p { margin: .5rem 0 }
hr { border: 0; border-top: 1px solid var(--line); margin: 1.5rem 0 }
a { color: var(--strong) }
small, .quiet { color: var(--quiet) }
code, pre, textarea, .time { font-family: var(--mono); font-size: .92em }
.time { font-variant-numeric: tabular-nums; margin: 0 0 .5rem }
.wrap, .token { overflow-wrap: anywhere; white-space: pre-wrap }
label { color: var(--quiet); display: block; font-size: .9em; margin-bottom: .15rem }
label.check { align-items: center; color: inherit; display: flex; font-size: 1em; gap: .4rem; margin: 0 }
input:not([type=checkbox]), select, textarea { background: var(--paper); border: 1px solid var(--line); border-radius: .4rem; color: inherit; font-size: 1em; padding: .4rem .5rem; width: 100% }
input:not([type=checkbox]), select { font-family: inherit; height: 2.2rem }
textarea { line-height: 1.5; resize: vertical }
::placeholder { color: var(--quiet); opacity: .75 }
input[type=checkbox] { accent-color: var(--strong); height: 1.1rem; margin: 0; width: 1.1rem }
button { background: var(--card); border: 1px solid var(--line); border-radius: .4rem; color: inherit; cursor: pointer; font: inherit; min-height: 2.2rem; padding: .3rem .8rem }
button:hover:not(:disabled) { border-color: var(--strong) }
button:disabled { cursor: default; opacity: .5 }
button.main { background: var(--strong); border-color: var(--strong); color: var(--on-strong); font-weight: 600 }
button.danger { color: var(--bad) }
button.small { font-size: .92em; min-height: 1.8rem; padding: .15rem .55rem }
:is(a, button, input, select, textarea, pre, .scroll):focus-visible { outline: 3px solid var(--strong); outline-offset: 2px }
.bar { align-items: end; display: flex; flex-wrap: wrap; gap: .6rem 1rem; margin: .75rem 0 }
.bar > button, .bar > .check { min-height: 2.2rem }
.quiet:empty { margin: 0 }
.field + .quiet:empty { height: .6rem }
th .quiet { font-weight: 400 }
header label { margin: 0 }
.field + .grid, .quiet + .grid { margin-top: .6rem }
.bar .field { flex: 0 1 16rem }
.grid { display: grid; gap: .6rem 1rem; grid-template-columns: repeat(auto-fill, minmax(13rem, 1fr)) }
.grid.wide { grid-template-columns: repeat(auto-fit, minmax(20rem, 1fr)); margin: .6rem 0 }
.inline { display: flex; gap: .4rem }
.inline button { flex: none }
.card form { margin-top: .6rem }
.steps { display: flex; flex-wrap: wrap; gap: .3rem; margin-top: .6rem }
.scroll { border: 1px solid var(--line); border-radius: .5rem; max-height: 70vh; overflow: auto }
table { border-collapse: collapse; width: 100% }
thead th { background: var(--card); border-bottom: 1px solid var(--line); color: var(--quiet); font-size: .88em; font-weight: 600; position: sticky; top: 0; z-index: 1 }
th, td { padding: .4rem .7rem; text-align: left; vertical-align: top }
tbody th { font-weight: 600; white-space: nowrap }
tbody tr + tr > * { border-top: 1px solid var(--line) }
tbody tr[aria-current] { background: var(--paper) }
tr.bad td:nth-child(5) { color: var(--bad) }
td.number { font-variant-numeric: tabular-nums }
td.empty { color: var(--quiet); padding: 1.5rem; text-align: center }
td time { font-family: var(--mono); font-size: .92em }
.fold { font-variant-numeric: tabular-nums; min-height: 1.8rem; min-width: 3.6rem; padding: .1rem .5rem; text-align: left }
.fold::before { content: '▸'; display: inline-block; margin-right: .4rem }
.fold[aria-expanded=true]::before { transform: rotate(90deg) }
.tag { border: 1px solid currentColor; border-radius: 1rem; color: var(--good); display: inline-block; font-size: .82em; margin: 0 .25rem .15rem 0; padding: 0 .5rem }
.tag.held, td .tag { color: var(--warn) }
.detail > td { background: var(--paper) }
.entry h3:first-child { margin-top: 0 }
.entry ul { margin: .25rem 0; padding-left: 1.2rem }
.columns { display: grid; gap: 0 1rem; grid-template-columns: repeat(auto-fit, minmax(18rem, 1fr)) }
.columns > * { min-width: 0 }
.titled { align-items: end; display: flex; justify-content: space-between; margin-bottom: .35rem }
.titled h3 { margin-bottom: 0 }
pre { background: var(--paper); border: 1px solid var(--line); border-radius: .4rem; margin: 0; max-height: 24rem; overflow: auto; padding: .6rem; white-space: pre-wrap; overflow-wrap: anywhere }
.entry pre { background: var(--card) }
.directory { display: grid; gap: 1.25rem; grid-template-columns: minmax(10rem, 15rem) minmax(0, 1fr) }
@media (max-width: 40rem) { .directory { grid-template-columns: minmax(0, 1fr) } }
.directory form > * { margin-bottom: .6rem }
.names { border: 1px solid var(--line); border-radius: .4rem; list-style: none; margin: .6rem 0; max-height: 24rem; overflow: auto; padding: .25rem }
.names button { background: transparent; border: 0; overflow-wrap: anywhere; text-align: left; width: 100% }
.names button[aria-current] { background: var(--paper); font-weight: 600 }
.checks { list-style: none; margin: 0; padding: 0 }
.checks li { padding: .15rem 0 }
.checks li::before { display: inline-block; font-weight: 700; width: 1.4rem }
.holds::before { color: var(--good); content: '✓' }
.fails::before { color: var(--bad); content: '✗' }
.unjudged::before { color: var(--quiet); content: '–' }
.fails strong { color: var(--bad) }
.members td:last-child { color: var(--quiet); width: 50% }
@media (max-width: 40rem) { .members :is(tbody, tr, th, td) { display: block } .members td { padding-top: 0 } .members td:last-child { width: auto } .members tr > * + * { border-top: 0 } }
.part-header { color: var(--bad) }
.part-claims { color: var(--claims) }
.part-signature { color: var(--strong) }
.problem { border-left: .25rem solid var(--bad); margin: .75rem 0; overflow-wrap: anywhere; padding: .25rem .75rem; white-space: pre-wrap }
body > .problem { margin: .75rem 1.25rem }
.said { background: var(--ink); border-radius: .4rem; bottom: 1rem; color: var(--paper); margin: 0; max-width: 28rem; padding: .4rem .9rem; pointer-events: none; position: fixed; right: 1rem; z-index: 3 }
.said:empty { padding: 0 }
.skip:not(:focus), .aside { clip-path: inset(50%); height: 1px; overflow: hidden; position: absolute; white-space: nowrap; width: 1px }
.skip:focus { background: var(--card); left: 1rem; padding: .5rem 1rem; position: absolute; top: .5rem; z-index: 2 }
@media (prefers-reduced-motion: no-preference) { .fold::before { transition: transform .12s } }
`
