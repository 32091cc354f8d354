import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { drawSoak } from '../src/soak/plot.ts'
import { formatReport } from '../src/soak/report.ts'
import { soak } from '../src/soak/soak.ts'

const SECONDS = Number(process.env.CHAOS_SECONDS ?? 8)
const SEED = Number(process.env.CHAOS_SEED ?? Math.floor(Math.random() * 2 ** 32))
const RATE = 500
/** Growth is judged by what comes before and after: long enough where the storm is long. */
const CALM = SECONDS >= 30 ? 20 : 3

t.test(
  `chaos for ${SECONDS} s, seed ${SEED}: every answer is right whatever fails, and all is well after`,
  { timeout: (SECONDS + 4 * CALM) * 4000 + 90_000 },
  async t => {
    t.comment(`repeat with CHAOS_SECONDS=${SECONDS} CHAOS_SEED=${SEED}`)
    const report = await soak(t, { seed: SEED, seconds: SECONDS, rate: RATE, calm: CALM })
    for (const line of formatReport(report)) t.comment(line)
    const plot = join(t.testdir(), 'soak.svg')
    await writeFile(plot, drawSoak(report))
    t.same(Object.fromEntries(report.wrong), {}, 'nothing was wrong')
    for (const kind of ['hot 200', 'fresh 200', 'opaque 200', 'both 200', 'stale 200', 'steady 200'])
      t.ok((report.tally.get(kind) ?? 0) > 0, `some were answered ${kind}`)
    const served = report.tally.get('hot 200') ?? 0
    t.ok(served > report.requests / 8, `${served} of the hot tokens, which are a fifth of all, were served`)
    t.ok(report.providerEvents.size > 0 && report.upstreamFaults.size > 0, 'the provider and the upstream failed')
  },
)
