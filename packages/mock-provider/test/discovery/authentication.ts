import { claimsOf, VERIFIER } from '../journey.ts'
import { PARAMETERS } from './requests.ts'
import type { Works } from './scene.ts'

/** A call that any client may make. */
export const asks =
  (member: string, form: Record<string, string>): Works =>
  async (scene, method) => {
    if (scene.document[member] === undefined) return false
    const [headers, shown] = await scene.credentials(method)
    return (await scene.post(member, { ...form, ...shown }, headers)).status === 200
  }

/** A public client has nothing to get tokens by but a code. */
export const authenticates: Works = async (scene, method) => {
  const [headers, shown] = await scene.credentials(method)
  const basic = Buffer.from((headers.authorization ?? '').slice(6), 'base64')
    .toString()
    .split(':')[0]
  const client = shown.client_id ?? (basic || clientOf(shown.client_assertion))
  const returned = await scene.authorize(client)
  const form = {
    ...{ grant_type: 'authorization_code', redirect_uri: PARAMETERS.redirect_uri, code_verifier: VERIFIER },
    code: returned.parameters.get('code') ?? '',
  }
  return (await scene.post('token_endpoint', { ...form, ...shown }, headers)).status === 200
}

const clientOf = (assertion: string | undefined): string => String(claimsOf(assertion ?? '..').sub)

export const takesAssertion =
  (member: string): Works =>
  async (scene, alg) => {
    const [, shown] = await scene.credentials(alg.startsWith('HS') ? 'client_secret_jwt' : 'private_key_jwt', alg)
    const form = { grant_type: 'authorization_code', code: 'x', redirect_uri: PARAMETERS.redirect_uri, token: 'x' }
    const { status, json } = await scene.post(member, { ...form, ...shown })
    return status === 200 || json?.error === 'invalid_grant'
  }
