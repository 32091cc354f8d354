import { type Shape, subjectOf } from '../engine/dialect.ts'
import { say } from '../http/answers.ts'
import { genauth } from './genauth/index.ts'
import { tellIntrospection, tellTokens } from './oidc-op/answers.ts'
import { accessToken } from './oidc-op/claims.ts'
import { oidcOp } from './oidc-op/index.ts'
import type { Manner, Preset } from './preset.ts'
import { mcId, tokenInfo2017 } from './serpense/claims.ts'
import { serpense } from './serpense/index.ts'
import { createTokeninfo } from './serpense/tokeninfo.ts'
import { uaepass } from './uaepass/index.ts'

type Names = keyof Preset['manners']

/** A system as it was at another time: what differs, over what it is otherwise. */
const generation = (
  preset: Preset,
  name: string,
  manners: Readonly<Partial<Record<Names, Manner>>>,
  accessToken: Shape | undefined = preset.dialect.accessToken,
): Preset => ({
  ...preset,
  name: `${preset.name}/${name}`,
  aliases: preset.aliases.map(alias => `${alias}/${name}`),
  dialect: { ...preset.dialect, name: `${preset.name}/${name}`, accessToken },
  manners: {
    ...preset.manners,
    ...Object.fromEntries(
      Object.entries(manners).map(([endpoint, manner]) => [
        endpoint,
        { ...preset.manners[endpoint as Names], ...manner },
      ]),
    ),
  },
})

/** The server of 2017: another type of token, `mc_id` for `magen_client_id`, and more to say of a user. */
const serpense2017: Preset = {
  ...generation(serpense, '2017', {
    token: {
      tell: (body, { tenant, parameters }) => {
        const record = tenant.store.findAccessToken(String(body.access_token))
        const sub = subjectOf(tenant.dialect, record?.grant?.sub ?? '')
        return {
          access_token: body.access_token ?? '',
          expires_in: body.expires_in ?? 0,
          magen_id_token: body.id_token ?? '',
          mc_id: mcId(sub, parameters.get('client_id') ?? ''),
          refresh_token: body.refresh_token ?? '',
          token_type: 'magen-pop',
        }
      },
    },
  }),
  layout: serpense.layout.map(place =>
    place.name === 'validate' ? { ...place, own: createTokeninfo(tokenInfo2017) } : place,
  ),
}

/** Before 2.4: access tokens that never end by introspection and call their type so, and a shorter answer to a refresh. */
const oidcOpOlder = generation(
  oidcOp,
  'older',
  {
    token: {
      tell: (body, call) => {
        const { expires_in: _, ...told } = tellTokens(body, call)
        return told
      },
    },
    introspect: {
      tell: (body, call) => {
        const told = tellIntrospection(body, call)
        return told.active !== true
          ? told
          : { ...told, exp: 0, ...(told.token_type ? { token_type: 'access_token' } : {}) }
      },
    },
  },
  (claims, facts) => {
    const { token_class: _, ...older } = accessToken(claims, facts)
    return { ...older, ttype: 'T' }
  },
)

/** As WSO2's own server says of a token that is not active. */
const uaepassWso2 = generation(uaepass, 'wso2', {
  introspect: {
    instead: (body, call) =>
      uaepass.manners.introspect?.instead?.(body, call) ? say(200, { active: false }) : undefined,
  },
})

/** With a body after a revocation, for clients that fall over an empty one. */
const genauthBody = generation(genauth, 'json', {
  revoke: { finish: answer => (answer.status === 200 ? say(200, {}) : answer) },
})

export const GENERATIONS: readonly Preset[] = [serpense2017, oidcOpOlder, uaepassWso2, genauthBody]
