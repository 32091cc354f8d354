import { CLASSES } from './case.ts'
import { VERDICTS } from './judge.ts'
import { conclude } from './report.ts'
import { countVerdicts, type ProbeReport, type Result } from './run.ts'

const STYLE = `
:root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif }
body { margin: 2rem auto; max-width: 70rem; padding: 0 1rem }
table { border-collapse: collapse; width: 100%; margin: 1rem 0 }
th, td { text-align: left; padding: .3rem .6rem; border-bottom: 1px solid color-mix(in srgb, currentColor 20%, transparent); vertical-align: top }
td.n { text-align: right; font-variant-numeric: tabular-nums }
code { font-family: ui-monospace, monospace; overflow-wrap: anywhere }
summary { cursor: pointer; font-weight: 600; margin-top: 1rem }
.let-through { color: light-dark(#b00020, #ff8a94); font-weight: 600 }
.refused-wrongly { color: light-dark(#8a5200, #ffc36b) }
.tolerated { color: light-dark(#4a4a8a, #b9b9ff) }
.fine { color: light-dark(#1b6e2d, #8fdd9f) }
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
<p role="status"><strong>${encode(conclude(report))}</strong></p>
${notes.map(note => `<p>${encode(note)}</p>\n`).join('')}<table>
<thead><tr><th scope="col">class</th>${VERDICTS.map(verdict => `<th scope="col">${verdict}</th>`).join('')}</tr></thead>
<tbody>
${rows.join('\n')}
</tbody>
</table>
${CLASSES.map(attack => writeClass(attack, results)).join('')}</html>
`
}

function writeClass(attack: string, results: readonly Result[]): string {
  const own = results
    .filter(result => result.attack === attack)
    .sort((a, b) => VERDICTS.indexOf(a.verdict) - VERDICTS.indexOf(b.verdict))
  if (own.length === 0) return ''
  const isOpen = own[0]?.verdict !== 'fine'
  return `<details${isOpen ? ' open' : ''}><summary>${attack} (${own.length})</summary>
<table>
<thead><tr><th scope="col">case</th><th scope="col">what was sent</th><th scope="col">verdict</th><th scope="col">answer</th></tr></thead>
<tbody>
${own.map(writeRow).join('\n')}
</tbody>
</table>
</details>
`
}

const writeRow = ({ name, say, section, route, verdict, why }: Result): string =>
  `<tr><td><code>${encode(name)}</code><br><small>${encode(route)}</small></td><td>${encode(say)}<br><small>${encode(section)}</small></td><td class="${toClass(verdict)}">${verdict}</td><td>${encode(why)}</td></tr>`

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
