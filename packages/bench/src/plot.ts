import type { Row } from './report.ts'

/** Bars of requests per CPU-second, one group a scenario: readable in light and dark, no script. */
export function plot(rows: readonly Row[]): string {
  const names = [...new Set(rows.map(row => row.contender))]
  const colours = ['#2f7d5b', '#c26a2b', '#8a4fbf', '#3b78b8', '#777777', '#b03a48']
  const most = Math.max(...rows.map(row => row.requestsPerCpuSecond))
  const parts: string[] = []
  let y = 40
  for (const scenario of new Set(rows.map(row => row.scenario))) {
    parts.push(`<text x="10" y="${y + 12}" font-weight="bold">${scenario}</text>`)
    y += 20
    for (const row of rows.filter(candidate => candidate.scenario === scenario)) {
      const width = Math.max(1, (row.requestsPerCpuSecond / most) * 460)
      const colour = colours[names.indexOf(row.contender) % colours.length]
      parts.push(
        `<text x="10" y="${y + 11}">${row.contender}</text><rect x="170" y="${y}" width="${width.toFixed(1)}" height="13" fill="${colour}"/>` +
          `<text x="${(176 + width).toFixed(1)}" y="${y + 11}">${Math.round(row.requestsPerCpuSecond).toLocaleString('en-US')}</text>`,
      )
      y += 17
    }
    y += 10
  }
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 720 ${y}" font-family="sans-serif" font-size="12" role="img">
<title>Requests per CPU-second</title>
<rect width="720" height="${y}" fill="#fbfbf8"/><text x="10" y="22" font-size="15">Requests per CPU-second of the gateway, medians of one interleaved run</text>
${parts.join('\n')}
</svg>
`
}
