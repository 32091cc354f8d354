import { DEFECTS } from '../engine/defects.ts'
import type { EndpointName } from '../engine/endpoint-names.ts'
import { ANYWHERE } from './any.ts'
import { AUTHORIZE_MISBEHAVIOURS } from './authorize.ts'
import { DISCOVERY_MISBEHAVIOURS } from './discovery.ts'
import { JWKS_MISBEHAVIOURS } from './jwks.ts'
import { bendByDefect } from './jwt.ts'
import { RESOURCE_MISBEHAVIOURS } from './resource.ts'
import type { Misbehaviour } from './row.ts'
import { TOKEN_MISBEHAVIOURS } from './token.ts'

export type { Misbehaviour, Scene } from './row.ts'

/** Every named way in which an endpoint can misbehave. */
export const MISBEHAVIOURS: readonly Misbehaviour[] = [
  ...ANYWHERE,
  ...DISCOVERY_MISBEHAVIOURS,
  ...JWKS_MISBEHAVIOURS,
  ...AUTHORIZE_MISBEHAVIOURS,
  ...TOKEN_MISBEHAVIOURS,
  ...RESOURCE_MISBEHAVIOURS,
]

/** Where tokens come from: a defect of a token is a misbehaviour of these. */
const ISSUING: readonly EndpointName[] = ['token', 'authorize', 'userinfo', 'introspect']

const BY_NAME: ReadonlyMap<string, Misbehaviour> = new Map(
  [
    ...DEFECTS.filter(({ kinds }) => kinds.includes('id') || kinds.includes('access')).map(
      (defect): Misbehaviour => ({ ...defect, endpoints: ISSUING, bend: bendByDefect(defect) }),
    ),
    ...MISBEHAVIOURS,
  ].map(row => [row.name, row]),
)

/** The misbehaviour of a name, or the one of issuing tokens with the defect of that name; `-` may stand for `_`. */
export const findMisbehaviour = (name: string): Misbehaviour | undefined =>
  BY_NAME.get(name.replaceAll('-', '_').toLowerCase())

export const MISBEHAVIOUR_NAMES: readonly string[] = [...BY_NAME.keys()]
