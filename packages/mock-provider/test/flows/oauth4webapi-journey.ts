import * as oauth from 'oauth4webapi'
import { CALLBACK } from '../journey.ts'
import { CHECKS, ID, issuer, request, SECRET, World } from './world.ts'

export interface Setting {
  readonly registered?: object
  readonly metadata?: Partial<oauth.Client>
  readonly auth?: oauth.ClientAuth
  readonly secret?: null
  readonly decrypt?: (jwe: string) => Promise<string>
}

export async function open(setting: Setting = {}) {
  const world = new World(setting.registered ?? {}, setting.secret === undefined ? SECRET : setting.secret)
  const { decrypt } = setting
  const init = {
    [oauth.customFetch]: world.fetch,
    ...(decrypt === undefined ? {} : { [oauth.jweDecrypt]: decrypt }),
  }
  const as = await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, init))
  const client: oauth.Client = { client_id: ID, ...setting.metadata }
  return { world, init, as, client, auth: setting.auth ?? oauth.ClientSecretBasic(SECRET) }
}

export type Open = Awaited<ReturnType<typeof open>>
/** How the answer of the authorization endpoint is judged. */
type Judge = (opened: Open, back: URL | Request) => Promise<URLSearchParams>

export const judgePlain: Judge = async ({ as, client }, back) =>
  oauth.validateAuthResponse(as, client, await parametersOf(back), CHECKS.state)
export const judgeJwt: Judge = async ({ as, client, init }, back) =>
  oauth.validateJwtAuthResponse(as, client, await parametersOf(back), CHECKS.state, init)
export const judgeHybrid: Judge = ({ as, client, init }, back) =>
  oauth.validateCodeIdTokenResponse(as, client, back, CHECKS.nonce, CHECKS.state, undefined, init)
export const judgeDetached: Judge = ({ as, client, init }, back) =>
  oauth.validateDetachedSignatureResponse(as, client, back, CHECKS.nonce, CHECKS.state, undefined, init)

const parametersOf = async (back: URL | Request): Promise<URL | URLSearchParams> => {
  if (back instanceof Request) return new URLSearchParams(await back.text())
  return back.hash === '' ? back : new URLSearchParams(back.hash.slice(1))
}

export const addressOf = ({ as, client }: Open, parameters: Record<string, string>): URL => {
  const url = new URL(as.authorization_endpoint ?? '')
  url.search = new URLSearchParams({ client_id: client.client_id, response_type: 'code', ...parameters }).toString()
  return url
}

export async function redeem(
  opened: Open,
  url: URL,
  judge: Judge,
  verifier: string | typeof oauth.nopkce,
  DPoP?: oauth.DPoPHandle,
) {
  const { as, client, auth, init, world } = opened
  const parameters = await judge(opened, await world.browse(url))
  const ask = async () => {
    const more = DPoP === undefined ? init : { ...init, DPoP }
    const response = await oauth.authorizationCodeGrantRequest(as, client, auth, parameters, CALLBACK, verifier, more)
    const options = { expectedNonce: CHECKS.nonce, requireIdToken: true, ...init }
    const result = await oauth.processAuthorizationCodeResponse(as, client, response, options)
    await oauth.validateApplicationLevelSignature(as, response, init)
    return result
  }
  return ask().catch(error => {
    if (DPoP !== undefined && oauth.isDPoPNonceError(error)) return ask()
    throw error
  })
}

export async function logIn(
  opened: Open,
  parameters: Record<string, string> = {},
  judge = judgePlain,
  DPoP?: oauth.DPoPHandle,
) {
  const verifier = oauth.generateRandomCodeVerifier()
  const code_challenge = await oauth.calculatePKCECodeChallenge(verifier)
  const url = addressOf(opened, request({ code_challenge, code_challenge_method: 'S256', ...parameters }))
  return redeem(opened, url, judge, verifier, DPoP)
}

export const subOf = (result: oauth.TokenEndpointResponse): string | undefined =>
  oauth.getValidatedIdTokenClaims(result)?.sub

export async function introspect({ as, client, auth, init }: Open, token: string) {
  const response = await oauth.introspectionRequest(as, client, auth, token, init)
  const facts = await oauth.processIntrospectionResponse(as, client, response, init)
  if (response.headers.get('content-type')?.includes('jwt'))
    await oauth.validateApplicationLevelSignature(as, response, init)
  return facts
}

export async function serve({ as, client, auth, init }: Open, form: Record<string, string> = {}): Promise<string> {
  const response = await oauth.clientCredentialsGrantRequest(as, client, auth, form, init)
  return (await oauth.processClientCredentialsResponse(as, client, response)).access_token
}

export async function readUser({ as, client, init }: Open, token: string) {
  const response = await oauth.userInfoRequest(as, client, token, init)
  const user = await oauth.processUserInfoResponse(as, client, 'alice', response, init)
  await oauth.validateApplicationLevelSignature(as, response, init)
  return user
}
