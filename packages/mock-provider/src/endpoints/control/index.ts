import { accepts } from '../../http/accept.ts'
import { json } from '../../http/answers.ts'
import type { Endpoint, Exchange } from '../../http/endpoint.ts'
import type { Answer } from '../../http/message.ts'
import { type Operations, readBody, refuse, unknownName } from './call.ts'
import { clock } from './clock.ts'
import { ciba, device } from './deferred.ts'
import { apis, apisByName, clients, clientsByName, users, usersByName } from './directory.ts'
import { faults } from './faults.ts'
import { answerInspector, answerInspectorFile } from './inspector.ts'
import { keys, rotation } from './keys.ts'
import { logout } from './logout.ts'
import { preset } from './preset.ts'
import { requests, taking } from './requests.ts'
import { reset } from './reset.ts'
import { revocations } from './revocations.ts'
import { tenants } from './tenants.ts'
import { defects, misbehaviours, tokens } from './tokens.ts'
import { verifications } from './verifications.ts'

/** Every call of the control plane; `*` is a name of the user's choosing. */
const CALLS: Readonly<Record<string, Operations>> = {
  tokens,
  defects,
  misbehaviours,
  clock,
  keys,
  'keys/rotate': rotation,
  faults,
  requests,
  'requests/take': taking,
  revocations,
  verifications,
  device,
  ciba,
  users,
  'users/*': usersByName,
  clients,
  'clients/*': clientsByName,
  apis,
  'apis/*': apisByName,
  logout,
  preset,
  tenants,
  reset,
}

/**
 * The control plane of a tenant, at `/_mock`. It asks for no credentials and answers scripts of any origin: whoever reaches the listener
 * controls the provider, which is why that binds to this machine only unless told otherwise.
 */
export const control: Endpoint = {
  name: 'control',
  deep: true,
  cors: true,
  methods: { GET: dispatch, POST: dispatch, PUT: dispatch, DELETE: dispatch },
}

function dispatch(exchange: Exchange): Answer | Promise<Answer> {
  const [noun = '', name] = exchange.rest.filter(segment => segment !== '')
  const path = exchange.rest.filter(segment => segment !== '')
  const isRead = ['GET', 'HEAD'].includes(exchange.question.method)
  if (path.length === 0)
    return isRead && accepts(exchange.question, 'text/html') ? answerInspector(exchange) : describePlane()
  if (noun === 'inspector' && isRead && path.length === 2) return answerInspectorFile(name ?? '')
  const operations = findOperations(path)
  if (operations === undefined) return unknownName('call', path.join('/'), Object.keys(CALLS))
  const operation = operations[exchange.question.method as keyof Operations]
  if (operation === undefined) {
    const allowed = Object.keys(operations).join(', ')
    return refuse(`/_mock/${noun} takes ${allowed}`, 405, 'invalid_request', [['allow', allowed]])
  }
  const read = operation.body === undefined ? { body: {} } : readBody(exchange, operation.body)
  if ('refused' in read) return read.refused
  return operation.handle({
    exchange,
    name: name ?? '',
    query: new URLSearchParams(exchange.question.query),
    body: read.body,
  })
}

function findOperations([noun = '', name, ...more]: readonly string[]): Operations | undefined {
  if (more.length > 0) return undefined
  if (name === undefined) return lookUp(noun)
  return lookUp(`${noun}/${name}`) ?? lookUp(`${noun}/*`)
}

const lookUp = (path: string): Operations | undefined => (Object.hasOwn(CALLS, path) ? CALLS[path] : undefined)

const describePlane = (): Answer =>
  json(
    Object.fromEntries(Object.entries(CALLS).map(([path, operations]) => [`/_mock/${path}`, Object.keys(operations)])),
  )
