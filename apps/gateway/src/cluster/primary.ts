import { generateKeyPairSync } from 'node:crypto'
import { mintingOf } from '@gatehouse/fastify-gateway'
import { checkIssuers, completePorts, createProofMemory, Denials, type IssuerStatus } from '@gatehouse/verifier'
import type { DestinationStream, Logger } from 'pino'
import { readProcess, render } from '../observe/exposition.ts'
import { Ledger } from '../observe/ledger.ts'
import { createMetrics } from '../observe/metrics.ts'
import { countProviderRequests } from '../observe/provider-requests.ts'
import type { Sample } from '../observe/tally.ts'
import { closeAdmin, createAdmin, type ServingState } from '../server/admin.ts'
import type { Gateway } from '../server/gateway.ts'
import { ListenError, listen, listenerUrl, schemeOf } from '../server/listen.ts'
import type { Served } from '../server/serving.ts'
import { Crew } from './crew.ts'
import { DocumentDesk } from './document-desk.ts'
import { Documents } from './documents.ts'
import type { Report } from './messages.ts'
import { PROOFS_A_WORKER } from './proofs.ts'
import { deskOf } from './revocation-desk.ts'

interface Surroundings {
  readonly log: Logger
  readonly level: string
  /** Where lines of the log go. */
  readonly output: DestinationStream
}

/**
 * Starts the admin listener in this process and the gateway in `server.workers` others, which share its port. Throws `ListenError` with
 * everything stopped again.
 */
export async function startCrew(served: Served, { log, level, output }: Surroundings): Promise<Gateway> {
  const { settings } = served
  const metrics = createMetrics()
  const ledger = new Ledger()
  const denials = new Denials(checkIssuers(served.gateway.issuers).configs, completePorts())
  const proofs = createProofMemory(settings.workers * PROOFS_A_WORKER)
  const nonceSecret = Buffer.from(completePorts().random(32)).toString('base64url')
  const gateway = shareMintingKey(served.gateway)
  const desk = new DocumentDesk(new Documents({ fetch: countProviderRequests(metrics) }))
  const crew = new Crew({
    size: settings.workers,
    log,
    onLines: lines => void output.write(lines),
    briefing: (slot, port = settings.port) => ({
      gatehouse: 'start',
      slot,
      level,
      served: { gateway, settings: { ...settings, port } },
      denials: denials.inForce(),
      nonceSecret,
    }),
    onMessage(member, message) {
      if (message.gatehouse === 'ask' || message.gatehouse === 'forget') desk.hear(member, message)
      else if (message.gatehouse === 'use') {
        const { id, digest, period, now } = message
        member.send({ gatehouse: 'remembered', id, novelty: proofs.use(digest, period, now) })
      } else if (message.gatehouse === 'revoked') {
        if (!denials.denyAll(message.denials)) log.error('no room to remember another revocation for new workers')
        for (const other of crew.members)
          if (other !== member) other.send({ gatehouse: 'deny', denials: message.denials })
      } else if ('samples' in message) ledger.note(member.id, message.samples)
    },
    onGone(member) {
      ledger.bury(member.id)
      desk.leave(member)
    },
  })
  let isDraining = false
  const state = (): ServingState => {
    if (isDraining) return 'draining'
    return crew.isWhole && crew.serving.length > 0 ? 'ready' : 'starting'
  }
  const admin = createAdmin(
    {
      async readiness() {
        const reports = await collectReports(crew, ledger)
        const workers = { configured: settings.workers, listening: crew.serving.map(({ pid }) => pid) }
        return { state: state(), details: { workers, issuers: mergeIssuers(reports) } }
      },
      async metrics() {
        await collectReports(crew, ledger)
        return render([[...metrics.read(), ...describeCrew(crew), ...(await readProcess())], ...ledger.read()])
      },
      revocations: deskOf(denials, crew),
    },
    settings,
    log,
  )
  const adminUrl = settings.admin && listenerUrl('http', settings.admin.host, await listen(admin, settings.admin))
  crew.start()
  const port = await Promise.race([crew.whole, crew.failed])
  if (typeof port === 'string') {
    crew.kill()
    await closeAdmin(admin)
    throw new ListenError(port)
  }
  return {
    url: listenerUrl(schemeOf(settings), settings.host, port),
    adminUrl,
    failed: crew.failed,
    async close(hasStopped = () => undefined) {
      isDraining = true
      const cut = await crew.stop(settings.shutdownGrace, hasStopped)
      await closeAdmin(admin)
      return cut
    },
  }
}

/** A key that the plugin would make is made here, so that all workers sign with the same. */
function shareMintingKey(gateway: Served['gateway']): Served['gateway'] {
  const minting = mintingOf(gateway)
  if (minting === undefined || minting.key !== undefined) return gateway
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  return { ...gateway, minting: { ...minting, key: JSON.stringify(privateKey.export({ format: 'jwk' })) } }
}

/** Asks every worker, and writes down what it counted. Those who do not answer in time are left out. */
async function collectReports(crew: Crew, ledger: Ledger): Promise<Report[]> {
  const reports = await Promise.all(
    crew.serving.map(async member => {
      const report = await member.report()
      if (report !== undefined) ledger.note(member.id, report.samples)
      return report
    }),
  )
  return reports.filter(report => report !== undefined)
}

/** One entry an issuer: of what the workers say of it, the latest news. */
function mergeIssuers(reports: readonly Report[]): IssuerStatus[] {
  const latest = new Map<string, IssuerStatus>()
  for (const status of reports.flatMap(({ issuers }) => issuers)) {
    const known = latest.get(status.name)
    if (known === undefined || (status.since ?? 0) > (known.since ?? 0)) latest.set(status.name, status)
  }
  return [...latest.values()]
}

const describeCrew = ({ serving, restarts }: Crew): Sample[] => [
  {
    name: 'gatehouse_workers',
    help: 'Worker processes that listen',
    type: 'gauge',
    aggregator: 'sum',
    values: [{ labels: {}, value: serving.length }],
  },
  {
    name: 'gatehouse_worker_restarts_total',
    help: 'Worker processes that were started in the place of one that died',
    type: 'counter',
    aggregator: 'sum',
    values: [{ labels: {}, value: restarts }],
  },
]
