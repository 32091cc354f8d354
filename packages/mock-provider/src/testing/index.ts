export { type FixtureOptions, type TestLike, tenantFor } from './fixtures.ts'
export {
  assertAsked,
  assertNoFindings,
  type ExpectResult,
  matchers,
  type ProviderMatchers,
  type TapTestLike,
  tapMatchers,
} from './matchers.ts'
export type { AskedOptions, FindingsOptions, Witness } from './verdicts.ts'
