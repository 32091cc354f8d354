import { AssertionError } from 'node:assert'
import {
  type AskedOptions,
  type FindingsOptions,
  judgeAsked,
  judgeNoFindings,
  type Verdict,
  type Witness,
} from './verdicts.ts'

/** Throws an AssertionError where something was asked that a strict provider would refuse. For node:test, and any runner that takes a throw. */
export function assertNoFindings(witness: Witness, options?: FindingsOptions): void {
  insist(judgeNoFindings(witness, options))
}

/** Throws an AssertionError where the provider was not asked this, or not that often. */
export function assertAsked(witness: Witness, asked: AskedOptions): void {
  insist(judgeAsked(witness, asked))
}

function insist({ pass, message, actual, expected }: Verdict): void {
  if (!pass) throw new AssertionError({ message, actual, expected, operator: 'mock-provider' })
}

/** What `expect.extend` of vitest and jest wants of a matcher. */
export interface ExpectResult {
  readonly pass: boolean
  readonly message: () => string
}

const toResult = ({ pass, message }: Verdict): ExpectResult => ({ pass, message: () => message })

/**
 * `expect.extend(matchers)`, then `expect(provider).toHaveNoFindings()` and `expect(provider).toHaveAsked({ endpoint: 'token' })`. For the types of
 * vitest: `declare module 'vitest' { interface Assertion<T> extends ProviderMatchers<void> {} }`.
 */
export const matchers = {
  toHaveNoFindings: (witness: Witness, options?: FindingsOptions): ExpectResult =>
    toResult(judgeNoFindings(witness, options)),
  toHaveAsked: (witness: Witness, asked: AskedOptions): ExpectResult => toResult(judgeAsked(witness, asked)),
}

/** The matchers as `expect` has them. */
export interface ProviderMatchers<R> {
  toHaveNoFindings(options?: FindingsOptions): R
  toHaveAsked(asked: AskedOptions): R
}

/** What is used of a test of tap. */
export interface TapTestLike {
  ok(value: unknown, message: string, extra: never): boolean
}

/** The same for tap, as a plugin or by hand: `tapMatchers(t).hasNoFindings(provider)`. Each is one assertion of `t`. */
export const tapMatchers = (t: TapTestLike) => ({
  hasNoFindings: (witness: Witness, options?: FindingsOptions): boolean =>
    report(t, judgeNoFindings(witness, options), 'nothing was asked that a strict provider would refuse'),
  hasAsked: (witness: Witness, asked: AskedOptions): boolean =>
    report(t, judgeAsked(witness, asked), `${asked.endpoint} was asked`),
})

const report = (t: TapTestLike, { pass, message, actual, expected }: Verdict, say: string): boolean =>
  t.ok(pass, pass ? say : message, (pass ? {} : { found: actual, wanted: expected }) as never)
