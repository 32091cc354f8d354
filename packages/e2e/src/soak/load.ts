import { type Agent, request } from 'node:http'
import { type Chance, pick } from './chance.ts'
import { drawKind, type Kind, type Ticket } from './ticket.ts'
import type { Shot } from './upstream.ts'
import type { Wallet } from './wallet.ts'

/** So many without an answer, and the next waits for one: a machine that is busy otherwise sends fewer, and the report says how many. */
const MOST_PENDING = 250
/** Milliseconds: the longest that any deadline of the gateway may make a request wait. */
const PATIENCE = 15_000
const BODY = Buffer.alloc(20_000, 'x')

interface Reply {
  /** 0 where the connection ended without a whole answer. */
  readonly status: number
  readonly code: string
}

export interface Load {
  readonly sent: () => number
  /** Requests a second, of the time in which there was something to send. */
  readonly rate: () => number
  /** Answers by kind, status and code. */
  readonly tally: ReadonlyMap<string, number>
  /** Milliseconds that answers to hot tokens took which the upstream did not trouble. */
  readonly waits: number[]
  /** Sends so many a second, as far as the machine does, for so many seconds. */
  run(rate: number, seconds: number): Promise<void>
  /** One request; its status. */
  present(ticket: Ticket): Promise<number>
}

/** Sends what the wallet has, and tells `accuse` of every answer that is not right. */
export function createLoad(
  origin: string,
  parts: { clients: readonly Agent[]; chance: Chance; wallet: Wallet; shots: Map<string, Shot> },
  accuse: (what: string) => void,
): Load {
  const { clients, chance, wallet, shots } = parts
  const idle = [...clients]
  const tally = new Map<string, number>()
  const waits: number[] = []
  const pending = new Set<Promise<unknown>>()
  let sent = 0
  let numbered = 0
  let running = 0

  const judge = (shot: Shot, { status, code }: Reply): void => {
    const { ticket, trouble } = shot
    const now = Date.now()
    const key = `${ticket.kind} ${status} ${code}`.trim()
    tally.set(key, (tally.get(key) ?? 0) + 1)
    const allowed = ticket.allowed(shot.sent)
    if (status === 200 || trouble !== undefined) ticket.learn(now)
    // What the upstream did wrong takes the place of what it would have answered, and of nothing else.
    const right = trouble === undefined || !allowed.includes(200) ? allowed : trouble.statuses
    // A slow answer ends with its token.
    const isCut = status === 0 && trouble !== undefined && ticket.expiresAt !== undefined && now > ticket.expiresAt
    if (!right.includes(status) && !isCut) accuse(`${ticket.name}: ${status} ${code} ${trouble?.name ?? ''}`.trim())
    if (ticket.kind === 'hot' && trouble === undefined) waits.push(now - shot.sent)
  }

  const shoot = async (ticket: Ticket, isHasty: boolean): Promise<number> => {
    const id = String(++numbered)
    const shot: Shot = { ticket, sent: Date.now() }
    shots.set(id, shot)
    const isUpload = chance() < 0.05
    const patience = isHasty ? 1 + chance() * 20 : undefined
    // In turn, so that every client keeps its connection, and how many there are does not depend on how slow the answers are.
    const client = idle.shift()
    const agent = client ?? pick(chance, clients)
    const reply = await ask(origin, agent, ticket, id, isUpload ? BODY : undefined, patience)
    if (client !== undefined) idle.push(client)
    if (reply !== 'left') judge(shot, reply)
    shots.delete(id)
    return reply === 'left' ? 0 : reply.status
  }

  const shootOne = async (kind: Kind): Promise<number> => shoot(await wallet.draw(kind), chance() < 0.02)
  const send = (kind: Kind): void => {
    const shot = shootOne(kind).catch(error => accuse(`the load itself failed: ${error}`))
    pending.add(shot)
    void shot.finally(() => pending.delete(shot))
  }

  return {
    sent: () => sent,
    rate: () => sent / Math.max(1, running),
    tally,
    waits,
    async run(rate, seconds) {
      const began = performance.now()
      let here = 0
      for (let passed = 0; passed < seconds; passed = (performance.now() - began) / 1000) {
        const due = Math.floor(passed * rate)
        for (; here < due && pending.size < MOST_PENDING; here++, sent++) send(drawKind(chance))
        await new Promise(resolve => setTimeout(resolve, 10))
      }
      running += (performance.now() - began) / 1000
      await Promise.all(pending)
    },
    present(ticket) {
      sent++
      return shoot(ticket, false)
    },
  }
}

/** One request over a kept-alive connection; `left` where the client went away after so many milliseconds. */
function ask(
  origin: string,
  agent: Agent,
  { path, authorization }: Ticket,
  id: string,
  body: Buffer | undefined,
  patience: number | undefined,
): Promise<Reply | 'left'> {
  return new Promise(resolve => {
    const cut: Reply = { status: 0, code: '' }
    const headers = [
      'Host',
      new URL(origin).host,
      'X-Shot',
      id,
      'X-Gatehouse-Subject',
      'mallory',
      'X_Gatehouse_Subject',
      'mallory',
    ]
    for (const value of authorization) headers.push('Authorization', value)
    if (body !== undefined) headers.push('Content-Length', String(body.length))
    const outgoing = request(
      `${origin}${path}`,
      { agent, headers, method: body === undefined ? 'GET' : 'POST' },
      incoming => {
        let text = ''
        incoming.setEncoding('latin1').on('data', (chunk: string) => {
          if (text.length < 4096) text += chunk
        })
        incoming.on('error', () => resolve(cut))
        incoming.on('end', () =>
          resolve({ status: incoming.statusCode ?? 0, code: /"code":"(\w+)"/.exec(text)?.[1] ?? '' }),
        )
      },
    )
    const leave = (): void => {
      resolve('left')
      outgoing.destroy()
    }
    const timer = patience === undefined ? setTimeout(() => outgoing.destroy(), PATIENCE) : setTimeout(leave, patience)
    outgoing.on('close', () => clearTimeout(timer))
    outgoing.on('error', () => resolve(cut))
    outgoing.end(body)
  })
}
