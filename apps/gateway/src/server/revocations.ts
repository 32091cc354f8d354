import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { Revocation } from '@gatehouse/fastify-gateway'
import { type Denial, RevocationError } from '@gatehouse/verifier'
import { json, type Page } from './page.ts'

/** Where revocations are kept, of one process or of all. All throw a RevocationError that names the member for what is no revocation. */
export interface RevocationDesk {
  /** What is denied now, and whether every process knows by now. Undefined: there is no room for another one. */
  revoke(revocation: Revocation): Promise<{ readonly until: number; readonly isEverywhere: boolean } | undefined>
  /** False: there was nothing to lift. */
  lift(revocation: Revocation): Promise<boolean>
  inForce(): readonly Denial[]
}

/** Bytes: more than any revocation. */
const MAX_BODY = 16_384
/** Seconds: room comes only with time. */
const RETRY_AFTER = '60'
/** Entries, in each process. */
const MOST = 100_000

const CHALLENGE = 'Bearer realm="gatehouse admin"'

type Answer = (desk: RevocationDesk, request: IncomingMessage, url: URL) => Page | Promise<Page>

const METHODS: Readonly<Record<string, Answer>> = {
  GET: desk => json(200, count(desk.inForce())),
  async POST(desk, request) {
    const [mediaType = ''] = (request.headers['content-type'] ?? '').split(';', 1)
    if (mediaType.trim().toLowerCase() !== 'application/json') return problem(415, 'the body is not application/json')
    const body = await readBody(request)
    if (body === undefined) return { ...problem(413, 'the body is too large'), headers: { connection: 'close' } }
    const revoked = await desk.revoke(readObject(body))
    if (revoked === undefined) {
      return { ...problem(503, 'there is no room for another revocation'), headers: { 'retry-after': RETRY_AFTER } }
    }
    const { until, isEverywhere } = revoked
    return isEverywhere ? json(200, { status: 'revoked', until }) : json(202, { status: 'accepted', until })
  },
  // A body of DELETE has no meaning of its own (RFC 9110 section 9.3.5).
  async DELETE(desk, _request, { searchParams }) {
    const names = [...searchParams.keys()]
    if (new Set(names).size < names.length) throw new RevocationError('the query names something twice')
    const wasLifted = await desk.lift(Object.fromEntries(searchParams))
    return wasLifted ? json(200, { status: 'lifted' }) : problem(404, 'nothing of the kind is revoked')
  },
}

/** `/revocations` of the admin listener: for whoever has the secret (RFC 6750 section 2.1), and nobody else. */
export async function answerRevocations(desk: RevocationDesk, secret: string, request: IncomingMessage): Promise<Page> {
  const scheme = /^bearer +(.*)$/i.exec(request.headers.authorization ?? '')
  if (scheme === null) return { ...problem(401, 'the secret is missing'), headers: { 'www-authenticate': CHALLENGE } }
  if (!isSame(scheme[1] ?? '', secret)) {
    const challenge = `${CHALLENGE}, error="invalid_token"`
    return { ...problem(401, 'the secret is wrong'), headers: { 'www-authenticate': challenge } }
  }
  const method = request.method === 'HEAD' ? 'GET' : (request.method ?? '')
  const answer = Object.hasOwn(METHODS, method) ? METHODS[method] : undefined
  if (answer === undefined) {
    return { ...problem(405, 'method not allowed'), headers: { allow: 'GET, HEAD, POST, DELETE' } }
  }
  try {
    return await answer(desk, request, new URL(request.url ?? '/', 'http://admin'))
  } catch (error) {
    if (error instanceof RevocationError) return problem(400, error.message)
    throw error
  }
}

const problem = (status: number, sentence: string): Page => json(status, { status: sentence })

/** Digests have one length, so that neither the time nor a throw tells anything of the secret. */
const isSame = (one: string, other: string): boolean => timingSafeEqual(digest(one), digest(other))

const digest = (text: string): Buffer => createHash('sha256').update(text).digest()

const COUNTED = { jti: 'jti', sid: 'sid', sub: 'sub', sessionless: 'sub', client: 'client_id' } as const

/** How many are revoked, by issuer; null stands for tokens of every issuer. Never who. */
function count(denials: readonly Denial[]): object {
  const issuers = new Map<string | null, Record<'jti' | 'sid' | 'sub' | 'client_id', number>>()
  for (const { by, issuer = null } of denials) {
    const counts = issuers.get(issuer) ?? { jti: 0, sid: 0, sub: 0, client_id: 0 }
    counts[COUNTED[by]] += 1
    issuers.set(issuer, counts)
  }
  return {
    total: denials.length,
    most: MOST,
    issuers: [...issuers].map(([issuer, counts]) => ({ issuer, ...counts })),
  }
}

function readObject(body: string): Revocation {
  let value: unknown
  try {
    value = JSON.parse(body)
  } catch {
    throw new RevocationError('the body is no JSON')
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new RevocationError('the body is no JSON object')
  }
  return value
}

/** Undefined where it is too long. */
async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    size += (chunk as Buffer).length
    if (size > MAX_BODY) return undefined
    chunks.push(chunk as Buffer)
  }
  return Buffer.concat(chunks).toString('utf8')
}
