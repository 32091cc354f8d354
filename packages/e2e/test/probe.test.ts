import { readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { runProgram } from '@gatehouse/mock-oidc'
import t, { type Test } from 'tap'
import { ledger, refuseLeaks } from '../src/ledger.ts'
import {
  apacheOpenidc,
  expressBearer,
  fastifyWithGetJwks,
  gatehouse,
  hasApache,
  type Peer,
  readApacheVersion,
} from '../src/peers.ts'
import { freePort } from '../src/processes.ts'
import { API } from '../src/world.ts'

const README = readFileSync(new URL('../../../README.md', import.meta.url), 'utf8')
const { devDependencies } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  devDependencies: Record<string, string>
}
const versionOf = (name: string): string => devDependencies[name] ?? '?'

interface Result {
  readonly name: string
  readonly attack: string
  readonly verdict: string
  readonly why: string
}

interface Report {
  readonly results: readonly Result[]
  readonly inconclusive: readonly string[]
}

interface Probed {
  readonly code: number
  readonly out: string
  readonly report: Report
  /** Names of the cases that came to a verdict. */
  readonly named: (verdict: string) => readonly string[]
}

/** Runs the command against a peer that trusts an issuer which only the probe serves. */
async function probe(
  t: Test,
  peer: Peer,
  row: string | undefined,
  { tokens = 'jwt', tls = false } = {},
): Promise<Probed> {
  const port = await freePort()
  const issuer = `${tls ? 'https' : 'http'}://127.0.0.1:${port}`
  const url = await peer(t, issuer)
  const settings = {
    issuer,
    listen: { tls },
    audience: API,
    scope: 'orders:read',
    tokens,
    routes: [{ path: '/orders/1' }],
    public: '/health',
    timeout: '2s',
  }
  const folder = t.testdir({ 'probe.json': JSON.stringify(settings) })
  let out = ''
  const write = (text: string): void => {
    out += text
  }
  const files = ['--json', join(folder, 'report.json'), '--html', join(folder, 'report.html')]
  const args = ['probe', url, '--config', join(folder, 'probe.json'), ...files]
  const code = await runProgram(args, { out: write, error: write })
  const report = JSON.parse(await readFile(join(folder, 'report.json'), 'utf8')) as Report
  t.same(report.inconclusive, [], 'the controls passed, first and last')
  const page = await readFile(join(folder, 'report.html'), 'utf8')
  t.match(page, /^<!doctype html>[\s\S]*<\/html>\n$/)
  for (const text of [out, JSON.stringify(report), page]) ledger.show('report', text)
  refuseLeaks()
  const named = (verdict: string): string[] =>
    report.results.filter(result => result.verdict === verdict).map(({ name }) => name)
  t.comment(`${peer.name}\n${out.split('\n\n')[1]}`)
  if (row !== undefined) {
    const cells = writeRow(row, report)
    t.ok(README.includes(cells), `the README shows what came of it: ${cells}`)
  }
  return { code, out, report, named }
}

/** A row of the README's table. */
function writeRow(peer: string, { results }: Report): string {
  const cells = CLASSES.map(attack => {
    const own = results.filter(result => result.attack === attack)
    const count = (...verdicts: string[]): number => own.filter(({ verdict }) => verdicts.includes(verdict)).length
    return `${count('let through')} / ${count('refused wrongly')} / ${count('fine', 'tolerated')}`
  })
  return `| ${peer} | ${cells.join(' | ')} |`
}

const CLASSES = ['good tokens', 'token defects', 'credentials', 'message framing', 'targets']

t.test('the probe lets nothing through our gateway, and finds no refusal wrong', async t => {
  const { code, named, report } = await probe(t, gatehouse, 'Gatehouse', { tokens: 'either' })
  t.same(named('let through'), [])
  t.same(named('refused wrongly'), [])
  t.equal(code, 0)
  t.ok(report.results.length > 250, `${report.results.length} cases`)
})

t.test('the probe shows what @fastify/jwt with get-jwks lets through, as its documentation sets it up', async t => {
  const { code, named } = await probe(
    t,
    fastifyWithGetJwks,
    `@fastify/jwt ${versionOf('@fastify/jwt')} with get-jwks ${versionOf('get-jwks')}`,
  )
  const through = named('let through')
  t.equal(code, 1)
  for (const known of ['missing_exp', 'missing_aud', 'bound_to_stranger_key', 'logout_token_as_access'])
    t.ok(through.includes(known), known)
  for (const known of ['alg_none', 'unknown_kid', 'no_credential'])
    t.ok(named('refused wrongly').includes(known), known)
  for (const known of ['alg_none', 'wrong_key', 'expired', 'wrong_audience', 'hs256_public_key', 'no_credential'])
    t.notOk(through.includes(known), known)
})

t.test('the probe shows what express-oauth2-jwt-bearer lets through, as its documentation sets it up', async t => {
  const { code, named } = await probe(
    t,
    expressBearer,
    `express-oauth2-jwt-bearer ${versionOf('express-oauth2-jwt-bearer')} (Express ${versionOf('express')})`,
  )
  const through = named('let through')
  t.equal(code, 1)
  for (const known of ['logout_token_as_access', 'event_token_as_access', 'header_twice_good_first'])
    t.ok(through.includes(known), known)
  for (const known of ['alg_none', 'wrong_key', 'expired', 'wrong_audience', 'hs256_public_key', 'no_credential'])
    t.notOk(through.includes(known), known)
  t.ok(named('tolerated').includes('token_in_query'))
})

// In CI a missing server is a failure.
if (hasApache || process.env.CI) {
  t.test('the probe shows what Apache with mod_auth_openidc lets through', async t => {
    // The README has one version; another one may let through something else.
    const version = readApacheVersion()
    const row = version === '2.4.12.3' ? `mod_auth_openidc ${version} (Apache 2.4)` : undefined
    const { code, named } = await probe(t, apacheOpenidc, row, { tls: true })
    const through = named('let through')
    t.equal(code, 1)
    for (const known of ['missing_exp', 'crit_unknown', 'bound_to_stranger_key', 'logout_token_as_access'])
      t.ok(through.includes(known), known)
    for (const known of ['alg_none', 'wrong_key', 'expired', 'wrong_audience', 'hs256_public_key', 'no_credential'])
      t.notOk(through.includes(known), known)
  })
}
