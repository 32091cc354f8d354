import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { makeHolder } from '../src/holder.ts'
import { startVault, type Vault } from '../src/vault.ts'
import { API } from '../src/world.ts'

const KEEPER = fileURLToPath(new URL('keeper.mjs', new URL('fixtures/', import.meta.url)))
/** V8 cuts strings in snapshots short unless told otherwise. */
const FLAGS = ['--heapsnapshot-signal=SIGUSR2', '--heap-snapshot-string-limit=100000']

const bearer = (token: string): { authorization: string } => ({ authorization: `Bearer ${token}` })
/** What nobody knows but who has the token: of a JWT its signature, or where it has none the end of its claims. */
const coreOf = (token: string): string => (token.split('.').findLast(part => part !== '') ?? '').slice(-40)

interface Heap {
  readonly has: (text: string) => boolean
  /** The strings that hold a text. */
  readonly strings: (text: string) => readonly string[]
}

/** Every string of the process after a full collection, which a snapshot begins with. */
async function takeHeap({ gatehouse, folder, admin }: Vault): Promise<Heap> {
  const isThere = () => readdirSync(folder).find(name => name.endsWith('.heapsnapshot'))
  gatehouse.child.kill('SIGUSR2')
  while (isThere() === undefined) await fetch(`${admin}/livez`)
  // The process answers again once the file is whole.
  await fetch(`${admin}/livez`)
  const text = readFileSync(join(folder, isThere() ?? ''))
  const { strings } = JSON.parse(text.toString()) as { strings: readonly string[] }
  return { has: part => text.includes(part), strings: part => strings.filter(each => each.includes(part)) }
}

/** Requests with tokens that differ, to every kind of route, good and bad, then the end of every connection. Answers the tokens sent. */
async function visit(vault: Vault): Promise<readonly string[]> {
  const { provider, ask, url } = vault
  const sent: string[] = []
  const mint = async (request: object, tenant = 'main'): Promise<string> => {
    const given = { client_id: 'demo', scope: 'openid orders:read', audience: API, alg: 'ES256', ...request }
    const { token } = await provider.tenant(tenant).mint({ sub: 'alice', ...given })
    sent.push(token)
    return token
  }
  for (let round = 0; round < 12; round++) {
    for (const format of ['jwt', 'opaque'] as const) {
      for (const place of ['orders', 'minted', 'exchanged', 'forwarded', 'own', 'gone', 'keyed', 'lost', 'bearer']) {
        const tenant = ['keyed', 'lost', 'bearer'].includes(place) ? place : 'main'
        const token = await mint({ format }, tenant)
        await Promise.all([ask(`/${place}/1`, bearer(token)), ask(`/${place}/2`, bearer(token))])
      }
    }
    for (const defect of ['expired', 'wrong_key', 'alg_none']) await ask('/orders/1', bearer(await mint({ defect })))
    const holder = await makeHolder()
    const bound = await mint({ claims: { cnf: { jkt: holder.thumbprint } } })
    const proof = holder.prove(`${url}/proved/1`, bound)
    sent.push(proof)
    await ask('/proved/1', { authorization: `DPoP ${bound}`, dpop: proof })
    await ask('/public/1', bearer(await mint({})))
  }
  vault.hangUp()
  return sent
}

t.test('the memory of a gateway has no caller’s token once the request is over, only digests', async t => {
  const vault = await startVault(t, FLAGS)
  const sent = await visit(vault)
  const heap = await takeHeap(vault)
  t.same(
    sent.map(coreOf).filter(core => heap.has(core)),
    [],
  )
  t.ok(sent.length > 250, `${sent.length} tokens and proofs`)

  const minted = vault.upstream.seen.filter(({ url }) => url.startsWith('/minted')).at(-1)?.headers.authorization
  t.ok(
    heap.has(coreOf(String(minted))),
    'a token of its own is kept until it is over: the snapshot does show what is there',
  )

  for (const name of ['BASIC', 'HMAC', 'BEARER']) {
    const secret = vault.env[name] ?? ''
    t.same(heap.strings(secret), [secret], `${name} is there once, as the configuration has it`)
  }
})

t.test('a token that somebody keeps is found', async t => {
  const vault = await startVault(t, [...FLAGS, `--import=${KEEPER}`])
  const sent = await visit(vault)
  const heap = await takeHeap(vault)
  const kept = sent.filter(token => heap.has(coreOf(token)))
  t.ok(kept.length > 200, `${kept.length} of ${sent.length} are found`)
})
