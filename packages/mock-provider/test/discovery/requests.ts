import { CompactEncrypt, importJWK, SignJWT } from 'jose'
import { CHALLENGE, NOON } from '../journey.ts'
import { makeKey, type Scene, SECRET } from './scene.ts'

export const PARAMETERS = {
  code_challenge: CHALLENGE,
  code_challenge_method: 'S256',
  response_type: 'code',
  redirect_uri: 'https://app.example.com/callback',
  scope: 'openid',
  state: 'inner',
}

export async function requestObject(scene: Scene, alg: string): Promise<{ client: string; request: string }> {
  const isSecret = alg.startsWith('HS')
  const { key, jwks } = isSecret ? { key: new TextEncoder().encode(SECRET), jwks: undefined } : await makeKey(alg)
  const client = scene.put({ ...(jwks === undefined ? {} : { jwks }), request_object_signing_alg: alg })
  const claims = {
    ...PARAMETERS,
    iss: client,
    client_id: client,
    aud: scene.provider.issuer,
    exp: NOON + 60,
    nbf: NOON,
  }
  const request = await new SignJWT({ ...claims, login_hint: 'carol' }).setProtectedHeader({ alg }).sign(key)
  return { client, request }
}

export const takesRequest = async (scene: Scene, client: string, form: Record<string, string>): Promise<boolean> => {
  const address = `${scene.document.authorization_endpoint}?${new URLSearchParams({ client_id: client, ...form })}`
  const { headers } = await scene.ask(address)
  const location = new URL(headers.get('location') ?? 'https://nowhere.example')
  return location.searchParams.has('code') && location.searchParams.get('state') === 'inner'
}

export async function takesSealedRequest(scene: Scene, alg: string, enc: string): Promise<boolean> {
  const { client, request } = await requestObject(scene, 'ES256')
  const { json } = await scene.ask(scene.document.jwks_uri)
  const kty = alg.startsWith('RSA') ? 'RSA' : 'EC'
  const jwk = json.keys.find((key: { use: string; kty: string }) => key.use === 'enc' && key.kty === kty)
  const key = await importJWK(jwk, alg)
  const sealed = await new CompactEncrypt(Buffer.from(request))
    .setProtectedHeader({ alg, enc, cty: 'JWT' })
    .encrypt(key)
  return takesRequest(scene, client, { request: sealed })
}
