import type { Output } from './command.ts'

/** Rows in columns as wide as their widest cell; the last one runs on. */
export function printTable(rows: readonly (readonly string[])[], output: Output): void {
  const columns = Math.max(...rows.map(row => row.length)) - 1
  const widths = Array.from({ length: columns }, (_, column) => Math.max(...rows.map(row => row[column]?.length ?? 0)))
  for (const row of rows) {
    const cells = row.map((cell, column) => cell.padEnd(widths[column] ?? 0))
    output.out(`${cells.join('  ').trimEnd()}\n`)
  }
}
