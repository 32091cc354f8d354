import type { JsonValue } from '@gatehouse/protocol'
import { isAlgorithm } from '../engine/algorithms.ts'
import type { Defect, Draft, TokenKind } from '../engine/defects.ts'
import { decodeJwt, hmac, signJwt } from '../engine/jwt.ts'
import type { Tenant } from '../engine/tenant.ts'
import type { Answer } from '../http/message.ts'
import { bendRedirect } from './redirect.ts'
import { type Bend, readMembers, type Scene } from './row.ts'

type Change = Pick<Defect, 'bend'>

/** A JWT of the tenant's, made again with something wrong in it; undefined for what is none of its own, or is encrypted. */
export function bendJwt(tenant: Tenant, token: string, { bend }: Change): string | undefined {
  const jwt = decodeJwt(token)
  if (jwt === undefined) return undefined
  const { alg, kid } = jwt.header
  if (!isAlgorithm(alg)) return undefined
  const key = typeof kid === 'string' ? tenant.keys.find(kid) : undefined
  const secret = [jwt.claims.aud]
    .flat()
    .flatMap(id => (typeof id === 'string' ? [tenant.clients.get(id)?.secret] : []))[0]
  if (key === undefined && secret === undefined) return undefined
  const draft: Draft = {
    header: { ...jwt.header },
    claims: { ...jwt.claims },
    sign: input => (key === undefined ? hmac(alg, secret ?? '', input) : key.sign(alg, input)),
    finish: made => made,
    memory: 'active',
  }
  bend(draft, tenant)
  return draft.finish(signJwt(draft.header, draft.claims, input => draft.sign(input), tenant.dialect.write))
}

/** A claim of whatever JWT there is. */
export const claim = (name: string, value: JsonValue): Change => ({
  bend: ({ claims }) => {
    claims[name] = value
  },
})

/** Bends the first of these members of the answer, or parameters of the redirect, that is a JWT of the tenant's; or the answer itself. */
export const bendToken =
  (names: readonly string[], change: Change): Bend =>
  (answer, scene) =>
    isCompact(answer) ? bendWhole(answer, scene, change) : bendMember(answer, scene, names, change)

/** Where tokens of a kind are found in answers. */
const PLACES: { readonly [K in TokenKind]: readonly string[] } = {
  id: ['id_token'],
  access: ['access_token'],
  refresh: [],
  logout: [],
}

/** A defect in the tokens of answers: in the ID token where there is one that can have it, else in the access token. */
export const bendByDefect = (defect: Defect): Bend =>
  bendToken(
    (['id', 'access'] as const).filter(kind => defect.kinds.includes(kind)).flatMap(kind => PLACES[kind]),
    defect,
  )

const isCompact = ({ status, body }: Answer): boolean =>
  status === 200 && typeof body === 'string' && /^[\w-]+\.[\w-]+\.[\w-]*$/.test(body)

function bendWhole(answer: Answer, { tenant }: Scene, change: Change): Answer | undefined {
  const body = bendJwt(tenant, String(answer.body), change)
  return body === undefined ? undefined : { ...answer, body }
}

function bendMember(answer: Answer, scene: Scene, names: readonly string[], change: Change): Answer | undefined {
  const members = readMembers(answer)
  if (members === undefined) {
    return bendRedirect(parameters =>
      replaceFirst(
        names,
        scene.tenant,
        change,
        name => parameters.get(name),
        (name, token) => parameters.set(name, token),
      ),
    )(answer, scene)
  }
  const isBent = replaceFirst(
    names,
    scene.tenant,
    change,
    name => members[name],
    (name, token) => {
      members[name] = token
    },
  )
  return isBent ? { ...answer, body: JSON.stringify(members) } : undefined
}

function replaceFirst(
  names: readonly string[],
  tenant: Tenant,
  change: Change,
  read: (name: string) => unknown,
  write: (name: string, token: string) => void,
): boolean {
  for (const name of names) {
    const token = read(name)
    const bent = typeof token === 'string' ? bendJwt(tenant, token, change) : undefined
    if (bent === undefined) continue
    write(name, bent)
    return true
  }
  return false
}
