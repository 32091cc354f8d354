const UNITS: Readonly<Record<string, number>> = { ms: 0.001, s: 1, m: 60, h: 3600, d: 86400 }
const GRAMMAR = /^(\d{1,9}(?:\.\d{1,6})?)(ms|s|m|h|d)$/

/**
 * Seconds of `250ms`, `30s`, `10m`, `24h`, `7d`; a number is seconds already. Undefined for anything else: negative, infinite, without a
 * unit or with white space.
 */
export function parseDuration(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) && value >= 0 ? value : undefined
  if (typeof value !== 'string') return undefined
  const match = GRAMMAR.exec(value)
  if (match === null) return undefined
  const [, amount, unit] = match
  const seconds = UNITS[unit ?? '']
  return seconds === undefined ? undefined : Number(amount) * seconds
}
