/**
 * @typedef {object} Point one line of TAP
 * @property {boolean} ok
 * @property {string} name
 * @property {boolean} skipped SKIP or to-do; a file without tests is neither
 * @property {boolean} isTest whether it is a subtest or a file, and not an assertion
 * @property {Point[]} children points of its subtest
 * @property {string[]} detail the YAML block that explains a failure
 */

/**
 * @typedef {object} Count
 * @property {number} passed
 * @property {number} failed
 * @property {number} skipped
 */

const pointLine = /^( *)(not )?ok\b(?: \d+)?(?: - )?(.*)$/

/**
 * Reads tap's output line by line (TAP 14: subtests are indented by four and come before their point). Calls
 * `onFile` for each top-level point, which is a test file, once all that belongs to it was read.
 * @param {(file: Point) => void} onFile
 */
export function createTapReader(onFile) {
  /** Points read so far, by depth, that no parent has claimed yet. @type {Point[][]} */
  const open = [[]]
  /** Whether tap announced the next point of a depth as a test. @type {boolean[]} */
  const announced = []
  /** @type {Point | undefined} */
  let latest
  /** @type {string | undefined} */
  let blockEnd
  /** @type {Point | undefined} */
  let file
  let bailedOut = false
  const endFile = () => {
    if (file) onFile(file)
    file = undefined
  }
  return {
    /** @param {string} line */
    readLine(line) {
      if (blockEnd !== undefined) {
        if (line === blockEnd) blockEnd = undefined
        else latest?.detail.push(line.slice(blockEnd.length - 3))
        return
      }
      const block = /^( *)---$/.exec(line)
      if (block && latest) {
        blockEnd = `${block[1]}...`
        return
      }
      endFile()
      if (/^ *Bail out!/.test(line)) bailedOut = true
      const announcement = /^( *)# Subtest\b/.exec(line)
      if (announcement) announced[(announcement[1] ?? '').length / 4] = true
      const match = pointLine.exec(line)
      if (!match) return
      const depth = (match[1] ?? '').length / 4
      if (!Number.isInteger(depth)) return
      const text = (match[3] ?? '').replace(/ # time=\S+/, '')
      const directive = /(?:^| )# (skip|todo)\b/i.exec(text)
      const point = {
        ok: match[2] === undefined,
        name: text.slice(0, directive?.index),
        skipped: directive !== null && !/no tests found/.test(text),
        isTest: announced[depth] ?? false,
        children: open[depth + 1] ?? [],
        detail: [],
      }
      announced[depth] = false
      open.length = depth + 1
      for (let level = 0; level <= depth; level++) open[level] ??= []
      open[depth]?.push(point)
      latest = point
      if (depth === 0) file = point
    },
    end: endFile,
    get bailedOut() {
      return bailedOut
    },
  }
}

/**
 * Counts tests: a test is a subtest, or a file, that asserts something itself. It failed when one of its own
 * assertions did, or when no assertion explains why it did: a crash, a time-out. One that asserts nothing failed too.
 * @param {Point} point
 * @returns {Count}
 */
export function countTests(point) {
  const count = { passed: 0, failed: 0, skipped: 0 }
  let own = 0
  let wrong = 0
  for (const child of point.children) {
    const inner = child.skipped ? { passed: 0, failed: 0, skipped: 1 } : child.isTest ? countTests(child) : undefined
    if (!inner) {
      own += 1
      if (!child.ok) wrong += 1
    }
    count.passed += inner?.passed ?? 0
    count.failed += inner?.failed ?? 0
    count.skipped += inner?.skipped ?? 0
  }
  const isUnexplained = !point.ok && wrong === 0 && count.failed === 0
  if (wrong > 0 || isUnexplained || assertsNothing(point)) count.failed += 1
  else if (own > 0) count.passed += 1
  return count
}

/** @param {Point} point */
const assertsNothing = point => point.isTest && point.ok && !point.skipped && point.children.length === 0

/**
 * What failed, as text for a person: the way to each failed assertion, then what tap says of it.
 * @param {Point} point
 * @param {readonly string[]} [way]
 * @returns {string[]}
 */
export function describeFailures(point, way = []) {
  const here = [...way, point.name]
  if (assertsNothing(point)) return [here.join(' > '), '    asserts nothing']
  if (point.skipped) return []
  const inner = point.children.flatMap(child => describeFailures(child, here))
  if (inner.length > 0 || point.ok) return inner
  // Of a file that fails as a whole only its end is news: the rest is how tap called it.
  const detail = way.length > 0 ? point.detail : point.detail.filter(line => /^(?:exitCode|signal|expired):/.test(line))
  return [here.join(' > '), ...detail.filter(line => line.trim() !== '').map(line => `    ${line}`)]
}

/** The closing line of a test run. @param {Count} count */
export const summarise = ({ passed, failed, skipped }) =>
  `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`
