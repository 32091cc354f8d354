import type { Sample } from './samples.ts'
import type { SoakReport } from './soak.ts'

/** Of the picture, and of its panels: the first one's top, and from one to the next. */
const SIZE = { width: 760, left: 64, right: 740, top: 68, height: 96, pitch: 138 } as const

interface Line {
  readonly label: string
  readonly colour: string
  readonly read: (sample: Sample) => number
}

interface Panel {
  readonly title: string
  readonly lines: readonly Line[]
}

const PANELS: readonly Panel[] = [
  {
    title: 'Memory, MiB',
    lines: [
      { label: 'resident', colour: '#2f7d5b', read: ({ resident }) => resident },
      { label: 'heap in use', colour: '#c26a2b', read: ({ heap }) => heap },
    ],
  },
  {
    title: 'Open file descriptors',
    lines: [{ label: 'sockets and files', colour: '#3b78b8', read: ({ descriptors }) => descriptors }],
  },
  {
    title: 'Active timers',
    lines: [{ label: 'timers', colour: '#8a4fbf', read: ({ timers }) => timers }],
  },
  {
    title: 'Queues',
    lines: [
      { label: 'under way', colour: '#2f7d5b', read: ({ underWay }) => underWay },
      { label: 'waiting for a connection', colour: '#b03a48', read: ({ queued }) => queued },
      { label: 'questions to the provider', colour: '#3b78b8', read: ({ asking }) => asking },
    ],
  },
  {
    title: 'Event-loop delay, ms',
    lines: [{ label: '99th percentile of each second', colour: '#b03a48', read: ({ delay }) => delay }],
  },
]

/** Five panels over the time of a run, its bad weather shaded: readable in light and dark, no script. */
export function drawSoak({ samples, storms, requests, rate, plan: { seed } }: SoakReport): string {
  const end = Math.max(1, samples.at(-1)?.at ?? 1)
  const x = (at: number): number => SIZE.left + (at / end) * (SIZE.right - SIZE.left)
  const height = SIZE.top + PANELS.length * SIZE.pitch
  const panels = PANELS.map((panel, index) => drawPanel(panel, samples, storms, x, SIZE.top + index * SIZE.pitch))
  const ticks = [0, 0.25, 0.5, 0.75, 1].map(
    share =>
      `<text x="${x(share * end).toFixed(1)}" y="${height - 14}" text-anchor="middle">${Math.round(share * end)} s</text>`,
  )
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${SIZE.width} ${height}" font-family="sans-serif" font-size="12" fill="#222222" role="img">
<title>The gateway's process under load while everything around it fails</title>
<rect width="${SIZE.width}" height="${height}" fill="#fbfbf8"/><text x="10" y="22" font-size="15">One gateway process at ${Math.round(rate)} requests a second while everything around it fails</text>
<text x="10" y="40" fill="#555555">${requests.toLocaleString('en-US')} requests, seed ${seed}; shaded: provider and upstream fail at random</text>
${panels.join('\n')}
${ticks.join('\n')}
</svg>
`
}

function drawPanel(
  { title, lines }: Panel,
  samples: readonly Sample[],
  storms: SoakReport['storms'],
  x: (at: number) => number,
  top: number,
): string {
  const most = roundUp(Math.max(...lines.flatMap(({ read }) => samples.map(read))))
  const y = (value: number): number => top + SIZE.height - (value / most) * SIZE.height
  const grid = [0, 0.5, 1].map(
    share =>
      `<line x1="${SIZE.left}" x2="${SIZE.right}" y1="${y(share * most)}" y2="${y(share * most)}" stroke="#dcdcd4"/>` +
      `<text x="${SIZE.left - 6}" y="${y(share * most) + 4}" text-anchor="end">${(share * most).toLocaleString('en-US')}</text>`,
  )
  const shades = storms.map(
    ([began, ended]) =>
      `<rect x="${x(began).toFixed(1)}" y="${top}" width="${(x(ended) - x(began)).toFixed(1)}" height="${SIZE.height}" fill="#efe6d8"/>`,
  )
  const drawn = lines.map(({ colour, read }) => {
    const points = samples.map(sample => `${x(sample.at).toFixed(1)},${y(read(sample)).toFixed(1)}`)
    return `<polyline points="${points.join(' ')}" fill="none" stroke="${colour}" stroke-width="1.4"/>`
  })
  let at = SIZE.left + 150
  const legend = lines.map(({ label, colour }) => {
    const key = `<rect x="${at}" y="${top - 13}" width="10" height="10" fill="${colour}"/><text x="${at + 15}" y="${top - 4}">${label}</text>`
    at += 35 + label.length * 7
    return key
  })
  return `<text x="${SIZE.left}" y="${top - 4}" font-weight="bold">${title}</text>${legend.join('')}${shades.join('')}${grid.join('')}${drawn.join('')}`
}

/** 1, 2 or 5 with zeros: the first that is not less. */
function roundUp(value: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(1, value)))
  return ([1, 2, 5, 10].find(step => step * power >= value) ?? 10) * power
}
