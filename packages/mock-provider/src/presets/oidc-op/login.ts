import { findUser } from '../../engine/find-user.ts'
import { decodeJwt } from '../../engine/jwt.ts'
import { signClaims } from '../../engine/sign.ts'
import { say } from '../../http/answers.ts'
import type { Answer } from '../../http/message.ts'
import type { Call, Reading } from '../preset.ts'
import { isOwn } from './refusals.ts'

/** Nobody is asked for consent, and yet it must be asked for. */
export function demandConsent({ original }: Call): Answer | undefined {
  const query = new URLSearchParams(original.query)
  const words = (name: string): readonly string[] => (query.get(name) ?? '').split(' ')
  if (!words('scope').includes('offline_access') || words('prompt').includes('consent')) return undefined
  const state = query.get('state')
  return say(
    400,
    {
      error: 'invalid_request',
      error_description: 'consent in prompt',
      ...(state === null ? {} : { state }),
    },
    'text/html; charset=utf-8',
  )
}

/** The form goes to a path of its own, with the request as a signed `token`; a wrong password is a page like any other. */
export function renderForm(answer: Answer, { tenant, original }: Call): Answer {
  const html = String(answer.body)
  const interaction = /name="interaction" value="([^"]*)"/.exec(html)?.[1]
  if (interaction === undefined) return answer
  const token = signClaims(tenant, 'RS256', 'JWT', undefined, {
    iss: tenant.issuer,
    iat: tenant.clock.now(),
    interaction,
    query: original.query,
  })
  const body = html
    .replaceAll(`name="interaction" value="${interaction}"`, () => `name="token" value="${String(token)}"`)
    .replaceAll(`action="${original.path}"`, () => `action="${tenant.prefix}/verify/user"`)
    .replace('>Wrong username', '>Error: Wrong username')
  return { ...answer, status: answer.status === 403 ? 200 : answer.status, body }
}

/** The signed request is what the engine has put aside. */
export const readToken: Reading = (question, tenant) => {
  const form = new URLSearchParams(Buffer.from(question.body).toString())
  const token = form.get('token') ?? ''
  const interaction = isOwn(tenant, token) ? decodeJwt(token)?.claims.interaction : undefined
  form.delete('token')
  form.set('interaction', String(interaction ?? 'unknown'))
  return { ...question, body: Buffer.from(form.toString()) }
}

export const knowsHint = ({ tenant, question }: Call): boolean =>
  findUser(tenant, new URLSearchParams(question.query).get('login_hint') ?? undefined) !== undefined
