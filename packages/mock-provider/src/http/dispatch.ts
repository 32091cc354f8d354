import { occasionOf } from '../engine/call.ts'
import type { EndpointName } from '../engine/endpoint-names.ts'
import { Refusal } from '../engine/refusal.ts'
import type { Tenant } from '../engine/tenant.ts'
import type { Ports } from '../ports.ts'
import type { Preset } from '../presets/preset.ts'
import { json, refused } from './answers.ts'
import { allowOrigin, answerPreflight } from './cors.ts'
import type { Endpoint, Exchange, Method } from './endpoint.ts'
import { answerWithFault } from './fault.ts'
import type { Answer, Question } from './message.ts'
import { misbehave } from './misbehave.ts'
import { routePreset } from './preset-route.ts'
import { refuseByProfile } from './profile.ts'
import { answerNowhere, speak } from './speak.ts'

type Endpoints = ReadonlyMap<EndpointName | 'control', Endpoint>

/** Where tenants are found, and what systems they stand for. */
export interface Tenants {
  readonly find: (prefix: string) => Tenant
  readonly presetAt: (prefix: string) => Preset | undefined
  /** Those made so far. */
  readonly all: () => Iterable<Tenant>
}

/** The way of every request: path, tenant, fault, endpoint, journal. */
export async function dispatch(
  question: Question,
  { find, presetAt, all }: Tenants,
  endpoints: Endpoints,
  ports: Ports,
): Promise<Answer> {
  const route = routePreset(question.path, presetAt)
  const { preset } = route
  if (route.kind === 'nothing')
    return preset === undefined ? notFound(route.say) : answerNowhere(preset, { question }, route.say)
  const endpoint = route.own ?? endpoints.get(route.name)
  if (endpoint === undefined) return notFound(`${route.name} is not offered; discovery lists what is`)
  const tenant = find(route.prefix)
  const exchange: Exchange = { question, tenant, ports, tenants: all, rest: route.rest.map(decodeSegment) }
  if (endpoint.name === 'control') return decorate(endpoint, exchange, await run(endpoint, exchange))
  const occasion = occasionOf(endpoint.name, question)
  const fault = tenant.faults.size > 0 ? tenant.faults.take(occasion) : undefined
  const { name } = endpoint
  const ask = (): Answer | Promise<Answer> =>
    preset === undefined ? run(endpoint, exchange) : speak(preset, name, exchange, to => run(endpoint, to))
  const answer =
    fault === undefined
      ? await ask()
      : await answerWithFault(fault, ask, ports.sleep, misbehave(tenant, fault, occasion, question))
  tenant.journal.record({
    at: tenant.clock.now(),
    endpoint: endpoint.name,
    method: question.method,
    path: question.path,
    query: question.query,
    headers: question.headers,
    body: question.body,
    certificate: question.certificate,
    status: answer.status,
    error: errorOf(answer),
    fault: fault?.id,
    sent: answer.sent,
  })
  return decorate(endpoint, exchange, answer)
}

function run(endpoint: Endpoint, exchange: Exchange): Answer | Promise<Answer> {
  const { method } = exchange.question
  if (method === 'OPTIONS') return answerPreflight(endpoint, exchange.question)
  const name = method === 'HEAD' ? 'GET' : method
  const handler = Object.hasOwn(endpoint.methods, name) ? endpoint.methods[name as Method] : undefined
  if (handler !== undefined) {
    // The authorization endpoint sends its refusals to the application.
    const unfit =
      endpoint.name === 'authorize' || endpoint.name === 'control'
        ? undefined
        : refuseByProfile(exchange.tenant, endpoint.name, exchange.question)
    return unfit === undefined ? handler(exchange) : refused(unfit)
  }
  const allowed = Object.keys(endpoint.methods).join(', ')
  const answer = refused(new Refusal('invalid_request', `${endpoint.name} takes ${allowed}`, 405))
  return { ...answer, headers: [...answer.headers, ['allow', allowed]] }
}

/** The `Date` of every answer is the tenant's (RFC 9110 section 6.6.1). */
function decorate(endpoint: Endpoint, { question, tenant }: Exchange, answer: Answer): Answer {
  const headers = [...answer.headers]
  if (!headers.some(([name]) => name === 'date')) headers.push(['date', writeDate(tenant.clock.now())])
  headers.push(...allowOrigin(endpoint, question))
  return { ...answer, headers, body: question.method === 'HEAD' ? '' : answer.body }
}

let lastDate = { at: Number.NaN, text: '' }

/** Many requests come within one second. */
function writeDate(at: number): string {
  if (lastDate.at !== at) lastDate = { at, text: new Date(at * 1000).toUTCString() }
  return lastDate.text
}

/** The `error` of an error document, which always comes first in ours. */
const errorOf = ({ status, body }: Answer): string | undefined =>
  status < 400 || typeof body !== 'string' ? undefined : /^\{"error":"([^"]*)"/.exec(body)?.[1]

/** Not of RFC 6749's list, which knows no path that is nowhere; the shape is the same. */
const notFound = (say: string): Answer => json({ error: 'not_found', error_description: say }, 404)

function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}
