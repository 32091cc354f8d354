import type { MockProvider, World } from '../provider.ts'
import { assertNoFindings } from './matchers.ts'
import type { FindingsOptions } from './verdicts.ts'

/** What is used of a running test: of node:test, of tap, or of vitest's context. */
export interface TestLike {
  readonly name?: string
  readonly fullName?: string
  /** tap's spelling. */
  readonly fullname?: string
  readonly task?: { readonly name: string; readonly id?: string }
  after?(clean: () => void): unknown
  teardown?(clean: () => void): unknown
  onTestFinished?(clean: () => void): unknown
}

export interface FixtureOptions {
  /** Fails the test at its end where it asked what a strict provider would refuse; `true`, or what is to count. Default false. */
  readonly noFindings?: boolean | FindingsOptions
}

const taken = new WeakMap<object, Set<string>>()

/**
 * A tenant of the test's own: keys, clock, users, clients, faults and journal that no other test sees, dropped when the test ends. Its prefix is
 * made of the test's name, so that its tokens are the same in every run, whichever tests run beside it.
 */
export function tenantFor(t: TestLike, provider: MockProvider, { noFindings = false }: FixtureOptions = {}): World {
  const prefixes = taken.get(provider) ?? new Set()
  taken.set(provider, prefixes)
  const prefix = choosePrefix(t, prefixes)
  prefixes.add(prefix)
  const world = provider.tenant(prefix)
  onEnd(t, () => {
    prefixes.delete(prefix)
    provider.drop(prefix)
    if (noFindings !== false) assertNoFindings(world, noFindings === true ? {} : noFindings)
  })
  return world
}

/** Two tests of one name that run at once are told apart by a number. */
function choosePrefix(t: TestLike, taken: ReadonlySet<string>): string {
  const name = t.fullname ?? t.fullName ?? t.task?.name ?? t.name ?? 'test'
  const words = name
    .normalize('NFKD')
    .replace(/[^A-Za-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
    // The end of a test's full name tells it from others; its beginning is the file that they share.
    .slice(-120)
    .replace(/^-+/, '')
  const prefix = `/test/${words === '' ? 'test' : words.toLowerCase()}`
  for (let number = 1; ; number++) {
    const candidate = number === 1 ? prefix : `${prefix}-${number}`
    if (!taken.has(candidate)) return candidate
  }
}

function onEnd(t: TestLike, clean: () => void): void {
  if (t.teardown !== undefined) t.teardown(clean)
  else if (t.after !== undefined) t.after(clean)
  else if (t.onTestFinished !== undefined) t.onTestFinished(clean)
  else throw new TypeError('tenantFor: needs a test of node:test, tap or vitest, to know when it ends')
}
