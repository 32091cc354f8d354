import fc from 'fast-check'
import t from 'tap'
import { readWithOurs } from './oracle/ours.ts'
import { damaged, fragments, type Said, wellFormed } from './oracle/responses.ts'
import { readWithUndici } from './oracle/undici.ts'

/** How many responses each property generates: the same ones on every run, or, by hand, as many new ones as the first argument says. */
const BY_HAND = process.argv[2]
const RUNS = Number(BY_HAND ?? 1500)
const SAMPLE = BY_HAND === undefined ? { numRuns: RUNS, seed: 9112 } : { numRuns: RUNS }

/** Faults by which the reader refuses what undici lets pass: the table of strictness in the README. */
const STRICTER: ReadonlySet<string> = new Set([
  'a status line that is none',
  'a field name that is none',
  'a control character or a bare line feed in a head',
  'a transfer coding other than chunked',
  'more than one Transfer-Encoding',
  'Transfer-Encoding in HTTP/1.0',
  'an interim response with a body',
  'an interim response that ends the connection',
  'a response without content that has a length',
  'a framing field among the trailers',
  'a chunk extension that is none',
  'a Content-Length that is no number',
  'a carriage return without a line feed',
])

const seen = new Map<string, number>()

function count(what: string): void {
  seen.set(what, (seen.get(what) ?? 0) + 1)
}

async function compare(said: Said): Promise<string | undefined> {
  const parts = fragments(said)
  const ours = readWithOurs(said.method, parts)
  const theirs = await readWithUndici(said.method, parts)
  if (typeof ours === 'string') {
    count(theirs === undefined ? 'both refuse' : `stricter: ${ours}`)
    return theirs === undefined || STRICTER.has(ours) ? undefined : `only we refuse: ${ours}`
  }
  if (theirs === undefined) {
    // undici takes the length a 304 may state (RFC 9110 section 8.6) for that of a body, which a 304 never has.
    return ours.status === 304 ? undefined : 'only undici refuses'
  }
  count('both accept')
  const differs =
    ours.status !== theirs.status || ours.body !== theirs.body || String(ours.fields) !== String(theirs.fields)
  return differs ? `they differ: ${JSON.stringify({ ours, theirs })}` : undefined
}

t.setTimeout(0)

const timeout = 30_000 + RUNS * 20

t.test('a response the standard allows reads as undici reads it, wherever it is cut', { timeout }, async t => {
  await fc.assert(
    fc.asyncProperty(wellFormed, async said => {
      const ours = readWithOurs(said.method, fragments(said))
      if (typeof ours === 'string') throw new Error(`refused: ${ours}`)
      const difference = await compare(said)
      if (difference !== undefined) throw new Error(difference)
    }),
    SAMPLE,
  )
  t.ok((seen.get('both accept') ?? 0) > RUNS / 2)
})

t.test(
  'a damaged response that undici refuses is refused, and one that both accept reads the same',
  { timeout },
  async t => {
    await fc.assert(
      fc.asyncProperty(damaged, async said => {
        const difference = await compare(said)
        if (difference !== undefined) throw new Error(difference)
      }),
      SAMPLE,
    )
    t.ok((seen.get('both refuse') ?? 0) > RUNS / 4, 'the damage is felt')
    t.comment(JSON.stringify(Object.fromEntries([...seen].sort())))
  },
)
