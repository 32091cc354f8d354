import { CLASSES } from './case.ts'
import { VERDICTS } from './judge.ts'
import { conclude, exitCodeOf } from './report.ts'
import { countVerdicts, type ProbeReport, type Result } from './run.ts'

const STYLE = `
:root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif; --line: light-dark(#d8d8de, #3a3a42); --soft: light-dark(#5c5c66, #a5a5b0) }
body { margin: 2rem auto; max-width: 68rem; padding: 0 1rem }
h1 { font-size: 1.5rem; overflow-wrap: anywhere; margin: 0 0 .25rem }
p { margin: .25rem 0 }
.end { font-size: 1.15rem; font-weight: 600; margin: 1rem 0 }
.scroll { overflow-x: auto }
table { border-collapse: collapse; width: 100%; margin: .5rem 0 1rem }
th, td { text-align: left; padding: .35rem .6rem; border-bottom: 1px solid var(--line); vertical-align: top }
thead th { color: var(--soft); font-weight: 500 }
tbody th { font-weight: 500 }
.n { text-align: right; font-variant-numeric: tabular-nums; width: 15% }
.cases th:nth-child(1) { width: 18rem } .cases th:nth-child(3) { width: 8.5rem } .cases th:nth-child(4) { width: 14rem }
code { font-family: ui-monospace, monospace }
small { color: var(--soft); display: block }
summary { cursor: pointer; font-weight: 600; padding: .4rem 0 }
details details summary { font-weight: 400; color: var(--soft) }
.verdict { white-space: nowrap }
.let-through { color: light-dark(#b00020, #ff8a94); font-weight: 600 }
.refused-wrongly { color: light-dark(#8a5200, #ffc36b); font-weight: 600 }
.tolerated { color: light-dark(#4a4a8a, #b9b9ff) }
.fine { color: light-dark(#1b6e2d, #8fdd9f) }
@media (max-width: 45rem) {
  .scroll th, .scroll td { padding: .35rem }
  .cases thead { position: absolute; clip-path: inset(50%) }
  .cases tr { display: block; border-bottom: 1px solid var(--line); padding: .5rem 0 }
  .cases td { display: block; border: 0; padding: .1rem 0 }
  .cases .verdict, .cases .verdict + td { display: inline-block; margin-right: .75rem }
}
`

/** The report as one page: no script, nothing loaded, light and dark. */
export function writePage(report: ProbeReport): string {
  const { target, issuer, results, notes } = report
  const counts = countVerdicts(results)
  const rows = [...counts].map(
    ([attack, row]) =>
      `<tr><th scope="row">${attack}</th>${VERDICTS.map(verdict => `<td class="n ${row[verdict] ? toClass(verdict) : ''}">${row[verdict] ?? 0}</td>`).join('')}</tr>`,
  )
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Probe of ${encode(target)}</title>
<style>${STYLE}</style>
<h1>Probe of <code>${encode(target)}</code></h1>
<p>It trusts <code>${encode(issuer)}</code>.</p>
<p role="status" class="end ${END[exitCodeOf(report)]}">${encode(conclude(report))}</p>
${notes.map(note => `<p>${encode(note)}</p>\n`).join('')}<div class="scroll"><table>
<thead><tr><th scope="col">class</th>${VERDICTS.map(verdict => `<th scope="col" class="n">${verdict}</th>`).join('')}</tr></thead>
<tbody>
${rows.join('\n')}
</tbody>
</table></div>
${CLASSES.map(attack => writeClass(attack, results)).join('')}</html>
`
}

/** The colour of the conclusion. */
const END = ['fine', 'let-through', 'refused-wrongly'] as const

/** What is worth reading is open; what is fine is folded. */
function writeClass(attack: string, results: readonly Result[]): string {
  const own = results
    .filter(result => result.attack === attack)
    .sort((a, b) => VERDICTS.indexOf(a.verdict) - VERDICTS.indexOf(b.verdict))
  if (own.length === 0) return ''
  const [notable, fine] = [
    own.filter(({ verdict }) => verdict !== 'fine'),
    own.filter(({ verdict }) => verdict === 'fine'),
  ]
  if (notable.length === 0) return fold(`${attack} (${own.length}, all fine)`, writeCases(fine), false)
  const rest = fine.length === 0 ? '' : fold(`fine (${fine.length})`, writeCases(fine), false)
  return fold(`${attack} (${own.length})`, writeCases(notable) + rest, true)
}

const fold = (title: string, content: string, isOpen: boolean): string =>
  `<details${isOpen ? ' open' : ''}><summary>${title}</summary>\n${content}</details>\n`

const writeCases = (results: readonly Result[]): string => `<table class="cases">
<thead><tr><th scope="col">case</th><th scope="col">what was sent</th><th scope="col">verdict</th><th scope="col">answer</th></tr></thead>
<tbody>
${results.map(writeRow).join('\n')}
</tbody>
</table>
`

const writeRow = ({ name, say, section, route, verdict, why }: Result): string =>
  `<tr><td><code>${encode(name).replaceAll('_', '_<wbr>')}</code><small>${encode(route)}</small></td><td>${encode(say)}<small>${encode(section)}</small></td><td class="verdict ${toClass(verdict)}">${verdict}</td><td>${encode(why)}</td></tr>`

const toClass = (verdict: string): string => verdict.replaceAll(' ', '-')

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** A byte that a page can not show is shown by its number. */
const encode = (text: string): string =>
  text
    .replace(/[&<>"']/g, mark => ENTITIES[mark] ?? '')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: attacks have them in their targets.
    .replace(/[\u0000-\u0008\u000b-\u001f\u007f]/g, mark => `\\x${mark.charCodeAt(0).toString(16).padStart(2, '0')}`)
