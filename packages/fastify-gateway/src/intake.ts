import type { IncomingMessage } from 'node:http'
import type { Denial, Outcome, Rejection } from '@gatehouse/verifier'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Gateway } from './gateway.ts'
import { refuse } from './refuse.ts'

/** How an issuer tells the gateway that tokens are over. */
export type IntakeKind = 'logout' | 'event'

interface Kind {
  readonly mediaType: string
  /** The token in a body, if there is exactly one. */
  readonly read: (body: string) => string | undefined
  readonly accept: (gateway: Gateway, token: string) => Promise<Outcome<readonly Denial[]>>
  /** Status of success. */
  readonly status: number
  readonly describe: (code: Rejection['code'] | undefined) => object
}

const KINDS: { readonly [K in IntakeKind]: Kind } = {
  // OpenID Connect Back-Channel Logout 1.0 sections 2.5 and 2.8.
  logout: {
    mediaType: 'application/x-www-form-urlencoded',
    read(body) {
      const [token, second] = new URLSearchParams(body).getAll('logout_token')
      return second === undefined ? token : undefined
    },
    accept: ({ verifier }, token) => verifier.revocations.acceptLogoutToken(token),
    status: 200,
    describe: () => ({ error: 'invalid_request', error_description: SAY }),
  },
  // RFC 8935 sections 2.1 to 2.4.
  event: {
    mediaType: 'application/secevent+jwt',
    read: body => body.trim(),
    accept: ({ verifier }, token) => verifier.revocations.acceptSecurityEvent(token),
    status: 202,
    describe: code => ({ err: (code && ERRORS[code]) ?? 'invalid_request', description: SAY }),
  },
}

const SAY = 'The token was not accepted'

/** RFC 8935 section 2.4. */
const ERRORS: { readonly [C in Rejection['code']]?: string } = {
  issuer_unknown: 'invalid_issuer',
  audience_mismatch: 'invalid_audience',
  key_unknown: 'invalid_key',
  signature_invalid: 'invalid_key',
  algorithm_not_allowed: 'invalid_key',
}

/** Bytes: more than any such token. */
const MAX_BODY = 32_768

/** Takes a logout token or a security event token: its signature is the credential of whoever sends it. */
export async function takeStatement(
  gateway: Gateway,
  request: FastifyRequest,
  reply: FastifyReply,
  name: IntakeKind,
): Promise<void> {
  const kind = KINDS[name]
  const body = await readBody(request.raw)
  if (body === undefined) {
    refuse(gateway, request, reply, 'body_too_large')
    return
  }
  const mediaType = request.headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase()
  const token = mediaType === kind.mediaType ? kind.read(body) : undefined
  const outcome = token === undefined || token === '' ? undefined : await kind.accept(gateway, token)
  if (outcome?.ok) {
    request.log.info({ intake: name, denials: outcome.value.length }, 'revocation accepted')
    if (outcome.value.length > 0) gateway.onRevoked(outcome.value)
    reply.code(kind.status).header('cache-control', 'no-store').send()
    return
  }
  const rejection = outcome?.rejection
  if (rejection?.code === 'issuer_unavailable') {
    const { retryAfter } = rejection.detail
    refuse(gateway, request, reply, rejection.code, { issuer: rejection.issuer, cause: rejection.cause, retryAfter })
    return
  }
  request.log.info(
    { intake: name, code: rejection?.code ?? 'malformed', cause: rejection?.cause },
    'revocation refused',
  )
  reply.code(400).headers({ 'cache-control': 'no-store', 'content-type': 'application/json' })
  reply.send(Buffer.from(JSON.stringify(kind.describe(rejection?.code))))
}

/** Undefined where it is too long, or the client goes away. */
async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = []
  let size = 0
  try {
    for await (const chunk of request.iterator({ destroyOnReturn: false })) {
      size += (chunk as Buffer).length
      if (size > MAX_BODY) return undefined
      chunks.push(chunk as Buffer)
    }
  } catch {
    return undefined
  }
  return Buffer.concat(chunks).toString('utf8')
}
