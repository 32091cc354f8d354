import type { RefusalRow } from './preset.ts'

type Condition = RefusalRow['when']

export const always: Condition = () => true

export const isError =
  (...errors: readonly string[]): Condition =>
  ({ error }) =>
    errors.includes(error)

export const hasStatus =
  (status: number): Condition =>
  refused =>
    refused.status === status

/** The request has no such parameter, or an empty one. */
export const lacks =
  (name: string): Condition =>
  (_refused, { parameters }) =>
    (parameters.get(name) ?? '') === ''

/** Nothing in the request says which client asks. */
export const lacksClient: Condition = (refused, call) =>
  call.question.headers.authorization === undefined &&
  lacks('client_id')(refused, call) &&
  lacks('client_assertion')(refused, call)

export const usesBasic: Condition = (_refused, { question }) => question.headers.authorization !== undefined

export const both =
  (...conditions: readonly Condition[]): Condition =>
  (refused, call) =>
    conditions.every(holds => holds(refused, call))

/** Nothing in the request is an access token. */
export const lacksToken: Condition = (refused, call) =>
  call.question.headers.authorization === undefined && lacks('access_token')(refused, call)
