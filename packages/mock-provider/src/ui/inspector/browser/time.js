/** What the tenant's clock showed last, and when by this browser's stopwatch, so that it can be shown running between two looks. */
let seen = { now: 0, frozen: true, at: 0 }

export function setNow({ now, frozen }) {
  seen = { now, frozen, at: performance.now() }
}

export const isFrozen = () => seen.frozen

/** The tenant's time, in seconds since the epoch. */
export const now = () => (seen.frozen ? seen.now : seen.now + Math.floor((performance.now() - seen.at) / 1000))

const isTime = seconds => Number.isFinite(seconds) && Math.abs(seconds) <= 8.64e12

/** `2030-01-01 00:00:00 UTC`; the number itself where it is no time. */
export function formatTime(seconds) {
  if (!isTime(seconds)) return String(seconds)
  return new Date(seconds * 1000)
    .toISOString()
    .replace('T', ' ')
    .replace(/\.\d+Z$/, ' UTC')
}

export const formatHour = seconds => (isTime(seconds) ? formatTime(seconds).slice(11, 19) : String(seconds))

const UNITS = [
  ['year', 31_557_600],
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
  ['second', 1],
]

/** `1 hour 30 minutes`, the two largest units. */
export function formatSpan(seconds) {
  let left = Math.abs(Math.round(seconds))
  const parts = []
  for (const [name, size] of UNITS) {
    const count = Math.floor(left / size)
    left -= count * size
    if (count > 0) parts.push(`${count} ${name}${count === 1 ? '' : 's'}`)
  }
  return parts.slice(0, 2).join(' ') || '0 seconds'
}

/** `in 5 minutes`, `5 minutes ago`, `now`, by the tenant's clock. */
export function formatDistance(seconds) {
  const distance = seconds - now()
  if (distance === 0) return 'now'
  return distance > 0 ? `in ${formatSpan(distance)}` : `${formatSpan(distance)} ago`
}
