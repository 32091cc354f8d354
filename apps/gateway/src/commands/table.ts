export interface TableStyle {
  /** Columns of the terminal; undefined writes one line a row, however long. */
  readonly width: number | undefined
  readonly isBold: boolean
}

const GAP = 2
const NARROWEST = 8

/** Left-aligned columns. Where the terminal is too narrow the widest columns are wrapped inside their cells, so that nothing is cut off. */
export function renderTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  { width, isBold }: TableStyle,
): string {
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map(row => (row[column] ?? '').length)))
  if (width !== undefined) shrink(widths, head, width)
  const [titles = '', ...body] = [head, ...rows].map(row => renderRow(row, widths))
  return [isBold ? `\u001b[1m${titles}\u001b[22m` : titles, ...body].join('\n')
}

function shrink(widths: number[], head: readonly string[], width: number): void {
  const total = () => widths.reduce((sum, each) => sum + each + GAP, -GAP)
  const floor = (column: number) => Math.max(NARROWEST, head[column]?.length ?? 0)
  while (total() > width) {
    const shrinkable = widths.map((each, column) => (each > floor(column) ? each : 0))
    const widest = Math.max(...shrinkable)
    if (widest === 0) return
    const column = shrinkable.indexOf(widest)
    const next = Math.max(
      floor(column),
      widest - (total() - width),
      ...shrinkable.filter(each => each < widest).map(each => each - 1),
    )
    widths[column] = Math.min(next, widest - 1)
  }
}

function renderRow(row: readonly string[], widths: readonly number[]): string {
  const cells = widths.map((width, column) => wrap(row[column] ?? '', width))
  const height = Math.max(...cells.map(cell => cell.length))
  return Array.from({ length: height }, (_, line) =>
    cells
      .map((cell, column) => (cell[line] ?? '').padEnd(widths[column] ?? 0))
      .join(' '.repeat(GAP))
      .trimEnd(),
  ).join('\n')
}

/** Breaks at spaces, and inside a word only where it is longer than the cell. */
function wrap(text: string, width: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length <= width) {
      line += ` ${word}`
      continue
    }
    if (line !== '') lines.push(line)
    line = word
    while (line.length > width) {
      lines.push(line.slice(0, width))
      line = line.slice(width)
    }
  }
  return [...lines, line]
}
