import type { JsonObject } from '@gatehouse/protocol'
import { certificateThumbprint } from '../engine/certificate.ts'
import { findLiveToken, type LiveToken } from '../engine/inspect.ts'
import { isObject } from '../engine/members.ts'
import type { Parameters } from '../engine/parameters.ts'
import { Refusal } from '../engine/refusal.ts'
import { type AccessCredential, badProof, badToken, readAccessCredential, type Scheme } from './bearer.ts'
import { certificateOf } from './client-certificate.ts'
import { readProof } from './dpop.ts'
import type { Exchange } from './endpoint.ts'

/** A live access token whose sender proved what it is bound to. */
export type Access = Extract<LiveToken, { kind: 'access' }> & { readonly scheme: Scheme }

/** Who asks as a protected resource sees it: the token, its DPoP proof (RFC 9449 section 7) and its certificate (RFC 8705 section 3). Judges no scope. */
export function judgeAccess(exchange: Exchange, form: Parameters | undefined): Access | Refusal {
  const credential = readAccessCredential(exchange.question, form)
  if (credential instanceof Refusal) return credential
  const live = findLiveToken(exchange.tenant, credential.token)
  if (live?.kind !== 'access') return badToken(credential.scheme)
  const cnf = isObject(live.claims.cnf) ? live.claims.cnf : {}
  const refusal = checkProof(exchange, credential, cnf) ?? checkCertificate(exchange, credential, cnf)
  return refusal ?? { ...live, scheme: credential.scheme }
}

/** A bound token as a mere bearer token, and an unbound one with a proof, are both refused (RFC 9449 sections 7.1 and 7.2). */
function checkProof(exchange: Exchange, { scheme, token }: AccessCredential, { jkt }: JsonObject): Refusal | undefined {
  if (scheme === 'Bearer') return jkt === undefined ? undefined : badToken('DPoP', 'the access token is bound to a key')
  const proved = readProof(exchange, token)
  if (proved === undefined) return badProof(new Refusal('invalid_dpop_proof', 'DPoP: the proof is missing'))
  if (proved instanceof Refusal) return badProof(proved)
  return proved === jkt ? undefined : badToken('DPoP', 'the access token is not bound to the key of the proof')
}

function checkCertificate(
  { tenant, question }: Exchange,
  { scheme }: AccessCredential,
  cnf: JsonObject,
): Refusal | undefined {
  const bound = cnf['x5t#S256']
  if (bound === undefined) return undefined
  const certificate = certificateOf(tenant, question)
  return certificate !== undefined && certificateThumbprint(certificate) === bound
    ? undefined
    : badToken(scheme, 'the access token is bound to a certificate that was not shown')
}
