import type { IncomingHttpHeaders } from 'node:http'
import type { Socket } from 'node:net'
import { type Answer, createMockProvider, mockProvider, type Question } from '@gatehouse/mock-provider'
import Fastify from 'fastify'
import { type Chance, pick } from './chance.ts'
import type { Ticket } from './ticket.ts'
import { TROUBLES } from './troubles.ts'

/** One request of the load. */
export interface Shot {
  readonly ticket: Ticket
  /** Milliseconds since the epoch. */
  readonly sent: number
  /** How the upstream failed it, once it has come that far, and what a client may then be told. */
  trouble?: { readonly name: string; statuses: readonly number[] }
}

export interface StormyUpstream {
  readonly url: string
  /** Share of the requests that it fails. */
  trouble: number
  /** Times that it failed, by how. */
  readonly failed: Map<string, number>
  close(): Promise<void>
}

const NO_BYTES = new Uint8Array(0)
const CUT = [502, 0]
/** A request that may be repeated is served over another connection. */
const RESET = [502, 200]

/**
 * An upstream whose every answer is the mock's JWKS, so that the mock's faults are its faults: now and then one is put in force for the very
 * request that has come. Tells `accuse` of what should not have come.
 */
export async function startUpstream(
  chance: Chance,
  shots: ReadonlyMap<string, Shot>,
  accuse: (what: string) => void,
): Promise<StormyUpstream> {
  const mock = createMockProvider({ seed: 'upstream' })
  const failed = new Map<string, number>()
  const answer = async (question: Question): Promise<Answer> => {
    const id = String(question.headers['x-shot'])
    const answered = await mock.handle({
      ...question,
      method: 'GET',
      path: '/jwks',
      query: `shot=${id}`,
      body: NO_BYTES,
    })
    const trouble = shots.get(id)?.trouble
    if (trouble?.statuses.length === 0) trouble.statuses = statusesOf(answered)
    return answered
  }
  /** The bytes to send in place of an answer. */
  const spoil = (id: string, shot: Shot): string | undefined => {
    if (shot.trouble !== undefined || chance() >= upstream.trouble) return undefined
    const { name, by, statuses = [] } = pick(chance, TROUBLES)
    shot.trouble = { name, statuses }
    failed.set(name, (failed.get(name) ?? 0) + 1)
    if ('bytes' in by) return by.bytes
    mock.faults.add({ ...by.fault, endpoint: 'jwks', match: { shot: id }, times: 1 })
    return undefined
  }

  // What is not repeated (a POST) fails where an idle connection is closed in the moment that it is used again.
  const app = Fastify({ forceCloseConnections: true, keepAliveTimeout: 120_000 })
  app.addHook('onRequest', (request, reply, done) => {
    const id = String(request.headers['x-shot'])
    const shot = shots.get(id)
    if (shot !== undefined) inspect(request.headers, shot, accuse)
    const bytes = shot === undefined ? undefined : spoil(id, shot)
    if (bytes === undefined) return done()
    reply.hijack()
    request.raw.resume().on('end', () => send(bytes, request.raw.socket))
  })
  await app.register(mockProvider, { provider: { handle: answer } })
  const url = await app.listen({ port: 0, host: '127.0.0.1' })
  const upstream: StormyUpstream = { url, trouble: 0, failed, close: () => app.close() }
  return upstream
}

function statusesOf({ status, disruption }: Answer): readonly number[] {
  if (disruption?.reset === true) return RESET
  return disruption?.truncate === undefined ? [status] : CUT
}

function send(bytes: string, socket: Socket): void {
  socket.end(bytes, 'latin1')
}

/** Every request claims to be somebody else: only the gateway's word about the subject may arrive. */
function inspect(headers: IncomingHttpHeaders, { ticket }: Shot, accuse: (what: string) => void): void {
  const { name, subject } = ticket
  if (subject === undefined) accuse(`${name} reached the upstream`)
  else if (headers['x-gatehouse-subject'] !== subject) accuse(`${name} reached the upstream as somebody else`)
  if (headers.authorization !== undefined) accuse(`${name} reached the upstream with its credential`)
}
