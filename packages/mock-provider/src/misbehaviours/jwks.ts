import type { JsonObject, JsonValue } from '@gatehouse/protocol'
import { bendJson, dropMember, type Misbehaviour, type Scene, setMember, UNAVAILABLE } from './row.ts'

const KEY_UNKNOWN = { status: 401, error: 'invalid_token', code: 'key_unknown' } as const
const SET = 'RFC 7517 section 5'

/** Changes each key of the set. */
const eachKey = (change: (key: JsonObject, scene: Scene) => JsonObject | undefined): Misbehaviour['bend'] =>
  bendKeys((keys, scene) => keys.flatMap(key => change(key, scene) ?? []))

function bendKeys(change: (keys: readonly JsonObject[], scene: Scene) => readonly JsonValue[]): Misbehaviour['bend'] {
  return bendJson((members, scene) => {
    if (!Array.isArray(members.keys)) return false
    members.keys = [...change(members.keys as JsonObject[], scene)]
    return true
  })
}

/** Whether a token that is signed now is signed with it. */
const isCurrent = ({ kid }: JsonObject, { tenant }: Scene): boolean =>
  tenant.keys.list().some(key => key.kid === kid && key.current)

const row = (
  name: string,
  say: string,
  section: string,
  bend: Misbehaviour['bend'],
  answers: Misbehaviour['answers'],
  more: Partial<Misbehaviour> = {},
): Misbehaviour => ({
  name,
  say,
  answers,
  client: 'can not verify, and rejects the token',
  section,
  endpoints: ['jwks'],
  ...(bend === undefined ? {} : { bend }),
  ...more,
})

const HARMLESS = 'the other keys are good, and one bad key does not make them bad'

/** Key sets that lack, repeat or give away what they must not. */
export const JWKS_MISBEHAVIOURS: readonly Misbehaviour[] = [
  row('jwks_empty', 'The set has no keys.', SET, setMember('keys', []), KEY_UNKNOWN),
  row('jwks_without_keys', 'There is no member keys.', SET, dropMember('keys'), UNAVAILABLE),
  row(
    'jwks_keys_object',
    'keys is an object and not a list.',
    SET,
    bendJson(members => {
      members.keys = Object.fromEntries((members.keys as JsonObject[]).map(key => [String(key.kid), key]))
    }),
    UNAVAILABLE,
  ),
  row(
    'jwks_stale',
    'The keys that sign now are not in the set, as from a cache that nobody emptied.',
    'OpenID Connect Core section 10.1.1',
    eachKey((key, scene) => (isCurrent(key, scene) ? undefined : key)),
    KEY_UNKNOWN,
  ),
  row(
    'jwks_kid_missing',
    'No key has a kid, though tokens name one.',
    'RFC 7517 section 4.5',
    eachKey(({ kid: _, ...key }) => key),
    KEY_UNKNOWN,
  ),
  row(
    'jwks_kid_duplicated',
    "All keys have one kid, the signing key's: which one it is only the signature tells.",
    'RFC 7517 section 4.5',
    bendKeys((keys, { tenant }) => {
      const kid = tenant.keys.signer('RS256')?.kid ?? ''
      return keys.map(key => ({ ...key, kid }))
    }),
    undefined,
    {
      client: 'may try every key that fits, or reject the token',
      allowed: 'keys of one kid should differ in kty; who tries those that fit finds the right one',
    },
  ),
  row(
    'jwks_wrong_key',
    "The signing key's kid is on a stranger's key.",
    SET,
    bendKeys((keys, { tenant }) =>
      keys.map(key =>
        key.kid === tenant.keys.signer('RS256')?.kid
          ? { ...tenant.keys.stranger('RS256').jwk, kid: key.kid ?? '' }
          : key,
      ),
    ),
    { status: 401, error: 'invalid_token', code: 'signature_invalid' },
  ),
  row(
    'jwks_wrong_use',
    'All keys are for encryption.',
    'RFC 7517 section 4.2',
    eachKey(key => ({ ...key, use: 'enc' })),
    KEY_UNKNOWN,
  ),
  row(
    'jwks_key_unparseable',
    'The signing key is no key: its modulus is cut.',
    'RFC 7517 section 4, RFC 7518 section 6.3.1',
    eachKey((key, scene) =>
      isCurrent(key, scene) && typeof key.n === 'string' ? { ...key, n: key.n.slice(0, 40) } : key,
    ),
    KEY_UNKNOWN,
  ),
  row(
    'jwks_exponent_one',
    'The signing key has the exponent 1, under which every signature is good.',
    'RFC 8017 section 3.1',
    eachKey(key => ('e' in key ? { ...key, e: 'AQ' } : key)),
    KEY_UNKNOWN,
  ),
  row(
    'jwks_odd_keys',
    'Keys that are none stand before the good ones: null, a text, an unknown kty.',
    'RFC 7517 section 5',
    bendKeys(keys => [null, 'key', { kty: 'XYZ', kid: 'odd' }, ...keys]),
    undefined,
    { client: 'leaves them out', allowed: HARMLESS },
  ),
  row(
    'jwks_symmetric',
    'A symmetric key stands before the good ones.',
    'RFC 7517 section 9.3, RFC 8725 section 3.1',
    bendKeys(keys => [
      { kty: 'oct', k: 'c2VjcmV0LW9mLW5vYm9keS1hdC1hbGwtMzItYnl0ZXM', kid: 'oct', alg: 'HS256' },
      ...keys,
    ]),
    undefined,
    { client: 'leaves it out', allowed: HARMLESS },
  ),
  row(
    'jwks_private',
    'The set shows private members, of a key that signs nothing.',
    'RFC 7517 section 9.2',
    bendKeys((keys, { tenant }) => [
      ...keys,
      {
        ...tenant.keys.stranger('EdDSA').jwk,
        kid: 'private',
        d: tenant.entropy.derive('shown private key', 32).toString('base64url'),
      },
    ]),
    undefined,
    { client: 'leaves the key out and tells somebody', allowed: HARMLESS },
  ),
  row(
    'jwks_many',
    'A thousand keys stand before the good ones.',
    'RFC 8725 section 3.10',
    bendKeys((keys, { tenant }) => {
      const { jwk } = tenant.keys.stranger('EdDSA')
      return [...Array.from({ length: 1000 }, (_, index) => ({ ...jwk, kid: `many-${index}` })), ...keys]
    }),
    UNAVAILABLE,
    { client: 'may set a limit', allowed: 'no standard says how many keys are too many' },
  ),
]
