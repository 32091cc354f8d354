import { decodeJwt } from '../engine/jwt.ts'
import { formDecode, type Parameters } from '../engine/parameters.ts'
import { Refusal } from '../engine/refusal.ts'
import type { Question } from './message.ts'

/** What a request shows of a client, unjudged. Basic comes in two readings, since half of the world does not form-encode. */
export interface ShownClient {
  /** `none` is a bare `client_id`: a public client, or one that a certificate speaks for. */
  readonly way: 'client_secret_basic' | 'client_secret_post' | 'assertion' | 'none'
  readonly readings: readonly { readonly id: string; readonly secret: string | undefined }[]
  readonly assertion?: string
}

/** How a way is found in a request: absent, malformed or shown. A row a way. */
type Finder = (question: Question, parameters: Parameters) => ShownClient | Refusal | undefined

const FINDERS: readonly Finder[] = [findBasic, findPost, findAssertion]

/** RFC 7521 section 4.2, RFC 7523 section 2.2. */
const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'

/** Exactly one way (RFC 6749 section 2.3); a `client_id` beside it must be the same. */
export function findShownClient(question: Question, parameters: Parameters): ShownClient | Refusal {
  const found: ShownClient[] = []
  for (const find of FINDERS) {
    const shown = find(question, parameters)
    if (shown instanceof Refusal) return shown
    if (shown !== undefined) found.push(shown)
  }
  if (found.length > 1)
    return new Refusal('invalid_request', 'the client authenticates by more than one method (RFC 6749 section 2.3)')
  const id = parameters.one('client_id')
  const [shown] = found
  if (shown === undefined) {
    return id === undefined
      ? new Refusal('invalid_client', 'no client authentication was sent', 401)
      : { way: 'none', readings: [{ id, secret: undefined }] }
  }
  if (id !== undefined && !shown.readings.some(reading => reading.id === id)) {
    return new Refusal('invalid_request', 'client_id: differs from the one that authenticates')
  }
  return shown
}

/** Whether a request names no client at all. */
export const isNameless = ({ headers }: Question, parameters: Parameters): boolean =>
  headers.authorization === undefined &&
  !['client_id', 'client_secret', 'client_assertion'].some(name => parameters.has(name))

function findBasic({ headers }: Question): ShownClient | Refusal | undefined {
  const header = headers.authorization
  if (header === undefined) return undefined
  const match = /^basic +([A-Za-z0-9+/_-]+={0,2})$/i.exec(header)
  const text = match?.[1] === undefined ? undefined : Buffer.from(match[1], 'base64').toString()
  const colon = text?.indexOf(':') ?? -1
  if (text === undefined || colon < 1) {
    const say = 'the Authorization header is not well-formed Basic'
    return new Refusal('invalid_client', say, 401, 'Basic realm="mock provider", charset="UTF-8"')
  }
  const raw = { id: text.slice(0, colon), secret: text.slice(colon + 1) }
  const [id, secret] = [formDecode(raw.id), formDecode(raw.secret)]
  const isEncoded = id !== undefined && secret !== undefined && /[%+]/.test(text)
  return { way: 'client_secret_basic', readings: isEncoded ? [{ id, secret }, raw] : [raw] }
}

function findPost(_question: Question, parameters: Parameters): ShownClient | Refusal | undefined {
  const secret = parameters.one('client_secret')
  const id = parameters.one('client_id')
  if (secret === undefined) return undefined
  return id === undefined
    ? new Refusal('invalid_request', 'client_secret: comes without a client_id')
    : { way: 'client_secret_post', readings: [{ id, secret }] }
}

function findAssertion(_question: Question, parameters: Parameters): ShownClient | Refusal | undefined {
  const assertion = parameters.one('client_assertion')
  const type = parameters.one('client_assertion_type')
  if (assertion === undefined && type === undefined) return undefined
  if (assertion === undefined) return new Refusal('invalid_request', 'client_assertion: is missing')
  if (type === undefined) return new Refusal('invalid_request', 'client_assertion_type: is missing')
  if (type !== ASSERTION_TYPE)
    return new Refusal('invalid_client', `client_assertion_type: must be ${ASSERTION_TYPE}`, 401)
  const sub = decodeJwt(assertion)?.claims.sub
  return typeof sub === 'string' && sub !== ''
    ? { way: 'assertion', readings: [{ id: sub, secret: undefined }], assertion }
    : new Refusal('invalid_client', 'client_assertion: is no JWT with a sub', 401)
}
