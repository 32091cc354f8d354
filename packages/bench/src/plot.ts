import type { Row } from './report.ts'

const WIDTH = 720
const BARS = 460
const COLOURS = ['#2f9e6e', '#d07a35', '#9a63c9', '#4a8fd0', '#8a8a8a', '#cf5361']

/** Bars of requests per CPU-second, one group a scenario, each to its own scale. Readable in light and dark, no script. */
export function plot(rows: readonly Row[]): string {
  const names = [...new Set(rows.map(row => row.contender))]
  const parts: string[] = []
  let y = 44
  for (const scenario of new Set(rows.map(row => row.scenario))) {
    const group = rows.filter(row => row.scenario === scenario)
    const most = Math.max(...group.map(row => row.requestsPerCpuSecond))
    parts.push(`<text x="10" y="${y + 12}" class="name">${scenario}</text>`)
    y += 20
    for (const row of group) {
      const width = Math.max(1, (row.requestsPerCpuSecond / most) * BARS)
      const colour = COLOURS[names.indexOf(row.contender) % COLOURS.length]
      const figure = Math.round(row.requestsPerCpuSecond).toLocaleString('en-US')
      parts.push(
        `<text x="10" y="${y + 11}">${row.contender}</text>` +
          `<rect x="170" y="${y}" width="${width.toFixed(1)}" height="13" fill="${colour}"/>` +
          `<text x="${(176 + width).toFixed(1)}" y="${y + 11}">${figure}</text>`,
      )
      y += 17
    }
    y += 10
  }
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${y}" font-family="sans-serif" font-size="12" role="img">
<title>Requests per CPU-second</title>
<style>text { fill: #1f2328 } .name { font-weight: bold } @media (prefers-color-scheme: dark) { text { fill: #e6edf3 } }</style>
<text x="10" y="22" font-size="15">Requests per CPU-second, medians of one interleaved run; each group to its own scale</text>
${parts.join('\n')}
</svg>
`
}
