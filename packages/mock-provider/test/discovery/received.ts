import { type CryptoKey, compactDecrypt, decodeProtectedHeader } from 'jose'
import { headerOf } from '../journey.ts'
import { makeKey, type Scene, SECRET, type Works } from './scene.ts'

const INTROSPECTED = { accept: 'application/token-introspection+jwt' }

/** What a client gets as `kind` that registered `metadata`. */
export const RECEIVED: Readonly<Record<string, (scene: Scene, metadata: object) => Promise<string>>> = {
  id_token: async (scene, metadata) => (await scene.logIn(scene.put(metadata))).json?.id_token ?? '',
  userinfo: async (scene, metadata) => {
    const { json } = await scene.logIn(scene.put(metadata))
    return (await scene.userinfo(json?.access_token)).text
  },
  introspection: async (scene, metadata) => {
    const form = { client_id: scene.put(metadata), client_secret: SECRET, token: await scene.token() }
    return (await scene.post('introspection_endpoint', form, INTROSPECTED)).text
  },
  authorization: async (scene, metadata) => {
    const { parameters } = await scene.authorize(scene.put(metadata), { response_mode: 'jwt' })
    return parameters.get('response') ?? ''
  },
}

const headerIn = (jwt: string): Record<string, unknown> => {
  try {
    return headerOf(jwt)
  } catch {
    return {}
  }
}

export const isSigned =
  (kind: string): Works =>
  async (scene, alg) => {
    const text = (await RECEIVED[kind]?.(scene, { [`${kind}_signed_response_alg`]: alg })) ?? ''
    return headerIn(text).alg === alg
  }

export async function isSealed(scene: Scene, kind: string, alg: string, enc: string): Promise<boolean> {
  const { key, jwks } = await makeKey(alg.startsWith('RSA') ? 'RSA-OAEP-256' : 'ECDH-ES', 'enc')
  const own = { jwks, [`${kind}_encrypted_response_alg`]: alg, [`${kind}_encrypted_response_enc`]: enc }
  const text = (await RECEIVED[kind]?.(scene, own)) ?? ''
  if (text.split('.').length !== 5 || decodeProtectedHeader(text).enc !== enc) return false
  const hash = /^RSA-OAEP-(256|384|512)$/.exec(alg)?.[1] ?? '1'
  const { plaintext } = await compactDecrypt(text, alg.startsWith('RSA') ? await asKeyFor(key, hash) : key)
  return plaintext.length > 0
}

/** The same RSA key for another hash. */
async function asKeyFor(key: CryptoKey, hash: string): Promise<CryptoKey> {
  const pkcs8 = await crypto.subtle.exportKey('pkcs8', key)
  return crypto.subtle.importKey('pkcs8', pkcs8, { name: 'RSA-OAEP', hash: `SHA-${hash}` }, false, ['decrypt'])
}
