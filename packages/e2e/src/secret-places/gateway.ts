import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createLogTo, judgeConfiguration, startGateway } from '@gatehouse/gateway'
import { fakePorts, makeKey, signToken, signWithSecret } from '@gatehouse/testkit'
import { createVerifier } from '@gatehouse/verifier'
import type { Test } from 'tap'
import { hashOf, ISSUER, makeProver, type Place, SECRET, spoil } from './place.ts'

const API = 'https://api.example.com'

/** RFC 7518 section 3.2: whoever learns the right signature needs no key. */
export function signatureOfToken(): Place {
  const { ports, now } = fakePorts()
  const main = { issuer: ISSUER, audience: API, tokens: 'jwt', algorithms: ['HS256'], secret: SECRET } as const
  const verifier = createVerifier({ issuers: { main } }, ports)
  const [head, claims, known = ''] = signWithSecret(SECRET, { iss: ISSUER, aud: API, exp: now() + 60 }).split('.')
  const show = async (signature: string) => {
    const rawHeaders = ['Authorization', `Bearer ${head}.${claims}.${signature}`]
    return (await verifier.authenticate({ method: 'GET', target: '/', rawHeaders }, verifier.policy({}))).ok
  }
  return { known, wrong: spoil(known), show }
}

/** RFC 9449 section 9. The proof is old, so that its nonce alone says when it was made. */
export async function nonceOfProof(): Promise<Place> {
  const { ports, now } = fakePorts()
  const [issuer, { thumbprint, prove }] = [makeKey(), makeProver(makeKey())]
  const main = { issuer: ISSUER, audience: API, jwks: { keys: [issuer.jwk] } }
  const verifier = createVerifier({ issuers: { main }, publicUrl: API }, ports)
  const cnf = { jkt: thumbprint }
  const token = signToken(issuer, { iss: ISSUER, aud: API, sub: 'alice', exp: now() + 60, cnf })
  const ask = (claims: { readonly nonce?: string }) => {
    const proof = prove({ htm: 'GET', htu: `${API}/`, iat: now() - 3600, ath: hashOf(token), ...claims })
    const rawHeaders = ['Authorization', `DPoP ${token}`, 'DPoP', proof]
    return verifier.authenticate({ method: 'GET', target: '/', rawHeaders }, verifier.policy({}))
  }
  const told = await ask({})
  const known = told.ok || told.rejection.code !== 'proof_invalid' ? undefined : told.rejection.detail.nonce
  if (known === undefined) throw new Error('no nonce')
  return { known, wrong: spoil(known), show: async nonce => (await ask({ nonce })).ok }
}

export async function secretOfAdmin(t: Test): Promise<Place> {
  const path = join(t.testdir(), 'gatehouse.json')
  const configuration = {
    issuers: { main: { issuer: ISSUER, audience: [API], jwks: { keys: [makeKey().jwk] } } },
    upstreams: { api: { url: 'http://127.0.0.1:9' } },
    routes: [{ path: '/*', upstream: 'api', auth: {} }],
    server: { host: '127.0.0.1', port: 0 },
    admin: { port: 0, secret: SECRET },
  }
  writeFileSync(path, JSON.stringify(configuration))
  const judged = judgeConfiguration(path, { variable: () => undefined, logLevel: 'error', noColor: true })
  if (!judged.ok) throw new Error(JSON.stringify(judged.problems))
  const gateway = await startGateway(judged.configuration, createLogTo({ write: () => undefined }, 'error'))
  t.teardown(() => gateway.close())
  const show = async (secret: string) =>
    (await fetch(`${gateway.adminUrl}/revocations`, { headers: { authorization: `Bearer ${secret}` } })).ok
  return { known: SECRET, wrong: spoil(SECRET), show }
}
