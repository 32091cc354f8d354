import { DEFECTS, type Defect, type Minted, type MintRequest, type World } from '@gatehouse/mock-provider'
import { credential, type Material, type ProbeCase, writeRequest } from '../case.ts'
import type { ProbeSettings } from '../settings.ts'

/** What every token of the probe has. */
export const describeToken = ({ sub, client, scope, audience, claims }: ProbeSettings): MintRequest => ({
  sub,
  client_id: client,
  scope,
  claims,
  ...(audience === undefined ? {} : { audience }),
})

interface Good {
  readonly name: string
  readonly say: string
  readonly section: string
  readonly bend: MintRequest
}

/** Good tokens that differ from the usual one in what must not matter. */
const GOOD: readonly Good[] = [
  { name: 'good_es256', say: 'signed with ES256', section: 'RFC 7518 section 3.4', bend: { alg: 'ES256' } },
  { name: 'good_ps256', say: 'signed with PS256', section: 'RFC 7518 section 3.5', bend: { alg: 'PS256' } },
  { name: 'good_eddsa', say: 'signed with EdDSA', section: 'RFC 8037 section 3.1', bend: { alg: 'EdDSA' } },
  { name: 'good_typ_jwt', say: 'typ is JWT', section: 'RFC 7519 section 5.1', bend: { header: { typ: 'JWT' } } },
  {
    name: 'good_typ_whole',
    say: 'typ is application/at+jwt',
    section: 'RFC 9068 section 4',
    bend: { header: { typ: 'application/at+jwt' } },
  },
  { name: 'good_without_typ', say: 'no typ', section: 'RFC 7519 section 5.1', bend: { header: { typ: null } } },
  {
    name: 'good_claim_unknown',
    say: 'a claim nobody knows',
    section: 'RFC 7519 section 4',
    bend: { claims: { 'https://example.com/x': { a: [1, null] } } },
  },
]

/** Good tokens, which a correct server takes; an algorithm may be off on purpose. */
export async function listGoodTokens(material: Material, world: World): Promise<readonly ProbeCase[]> {
  const { settings } = material
  const usual = describeToken(settings)
  const audience = [settings.audience ?? []].flat()
  const rows: Good[] = settings.tokens === 'opaque' ? [] : [...GOOD]
  if (rows.length > 0 && audience.length > 0) {
    const bend = { claims: { aud: [...audience, 'https://another.example.com'] } }
    rows.push({
      name: 'good_aud_list',
      say: 'aud is a list, the right one among others',
      section: 'RFC 7519 section 4.1.3',
      bend,
    })
  }
  const cases = rows.map(async ({ name, say, section, bend }) => {
    const claims = { ...usual.claims, ...bend.claims }
    const { token } = await world.mint({ ...usual, ...bend, format: 'jwt', claims })
    return toGood(material, name, say, section, credential(settings, token))
  })
  if (settings.scheme !== '') {
    const field = credential({ ...settings, scheme: settings.scheme.toLowerCase() }, material.good)
    cases.push(
      Promise.resolve(toGood(material, 'good_scheme_case', 'the scheme in lower case', 'RFC 9110 section 11.1', field)),
    )
  }
  return Promise.all(cases)
}

const toGood = (material: Material, name: string, say: string, section: string, field: string): ProbeCase => ({
  name,
  attack: 'good tokens',
  say: `A good token: ${say}.`,
  section,
  demand: 'pass',
  fine: [],
  bytes: writeRequest(material, { fields: [field] }),
})

/** What only somebody who asks the provider can know. */
const KNOWN_TO_PROVIDER: readonly string[] = ['revoked', 'never_issued']
const STRICT = 'only a server that holds tokens to RFC 9068 (typ at+jwt) can tell'

const FORMATS: { readonly [T in ProbeSettings['tokens']]: readonly ('jwt' | 'opaque')[] } = {
  jwt: ['jwt'],
  opaque: ['opaque'],
  either: ['jwt', 'opaque'],
  both: ['jwt', 'opaque'],
}

/** Every defect that an access token can have, as JWT and as reference where the target takes those. */
export async function listDefects(material: Material, world: World): Promise<readonly ProbeCase[]> {
  const { settings } = material
  const cases: ProbeCase[] = []
  for (const format of FORMATS[settings.tokens]) {
    for (const defect of DEFECTS) {
      if (!defect.kinds.includes('access') || (format === 'opaque' && defect.opaque !== true)) continue
      const { token, claims } = await world.mint({ ...describeToken(settings), format, defect: defect.name })
      if (isUnbent(defect, claims, settings)) continue
      const isAsked = format === 'opaque' || settings.tokens === 'both'
      const allowed = isAsked && KNOWN_TO_PROVIDER.includes(defect.name) ? undefined : excuse(defect)
      cases.push({
        name: format === 'jwt' ? defect.name : `opaque_${defect.name}`,
        attack: 'token defects',
        say: format === 'jwt' ? defect.say : `A reference: ${defect.say}`,
        section: defect.section,
        demand: 'refuse',
        fine: listRefusals(defect.answers?.code, defect.answers?.status),
        ...(allowed === undefined ? {} : { allowed }),
        bytes: writeRequest(material, { fields: [credential(settings, token)] }),
      })
    }
  }
  return cases
}

/** Capitals change nothing of a name without letters, such as 127.0.0.1. */
const isUnbent = ({ name }: Defect, { iss, aud }: Minted['claims'], { issuer, audience }: ProbeSettings): boolean =>
  (name === 'issuer_upper_case' && iss === issuer) || (name === 'audience_upper_case' && aud === (audience ?? issuer))

const excuse = ({ allowed, strict, answers }: Defect): string | undefined =>
  allowed ?? (strict === true ? STRICT : answers === undefined ? 'it is legal' : undefined)

/** RFC 6750 section 3.1: 401 for a token that is not good, 400 for a request that is not. A header may be too large for anybody to read. */
function listRefusals(code: string | undefined, status = 401): readonly number[] {
  if (code === 'token_too_large') return [status, 400, 413, 414, 431, 0]
  return code === 'token_malformed' || code === undefined ? [status, 400] : [status]
}
