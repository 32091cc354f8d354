import { approve, type Deferred, deny, findByUserCode } from '../engine/deferred.ts'
import { findByPassword } from '../engine/find-user.ts'
import type { Parameters } from '../engine/parameters.ts'
import { Refusal } from '../engine/refusal.ts'
import type { Session } from '../engine/store.ts'
import type { User } from '../engine/users.ts'
import { checkRequiredClaims } from '../grants/asked.ts'
import { accepts } from '../http/accept.ts'
import { page, refused } from '../http/answers.ts'
import type { Endpoint, Exchange } from '../http/endpoint.ts'
import { readParameters } from '../http/form.ts'
import type { Answer, Question } from '../http/message.ts'
import { renderDecide, renderDecided, renderEnterCode } from '../ui/device.ts'
import { renderRefusal } from '../ui/page.ts'
import { findSessions, type Login, sessionCookies, startSession } from './authorize/session.ts'

/** The page at which a user enters the code of a device and decides (RFC 8628 section 3.3). Works without scripts. */
export const deviceVerification: Endpoint = {
  name: 'device_verification',
  cors: false,
  methods: { GET: verifyDevice, POST: verifyDevice },
}

function verifyDevice(exchange: Exchange): Answer {
  const { question, tenant } = exchange
  const parameters = readParameters(question)
  if (parameters instanceof Refusal) return explain(question, parameters)
  const typed = parameters.one('user_code')
  if (typed === undefined) return page(renderEnterCode(question.path, ''))
  const deferred = findByUserCode(tenant, typed)
  if (deferred === undefined || deferred.state !== 'pending') {
    const unknown = new Refusal('invalid_request', 'This code is unknown, used or too old')
    return isBrowser(question)
      ? page(renderEnterCode(question.path, typed, unknown.description), 400)
      : refused(unknown)
  }
  return question.method === 'POST' && DECIDING.some(name => parameters.has(name))
    ? decide(exchange, deferred, parameters)
    : ask(exchange, deferred)
}

/** A page for people, JSON for programs. */
const explain = (question: Question, refusal: Refusal): Answer =>
  isBrowser(question) ? page(renderRefusal(refusal), refusal.status) : refused(refusal)

const isBrowser = (question: Question): boolean => accepts(question, 'text/html')

const DECIDING: readonly string[] = ['action', 'user', 'username', 'password']

function ask({ question, tenant }: Exchange, deferred: Deferred, problem?: string): Answer {
  const users = Array.from(tenant.users.entries(), ([, user]) => user)
  const [session] = findSessions(tenant, question)
  return page(
    renderDecide({ action: question.path, deferred, users, sub: session?.sub, problem }),
    problem === undefined ? 200 : 403,
  )
}

function decide(exchange: Exchange, deferred: Deferred, parameters: Parameters): Answer {
  const { question, tenant } = exchange
  if (parameters.one('action') === 'deny') {
    deny(tenant, deferred)
    return page(renderDecided(false))
  }
  const sessions = findSessions(tenant, question)
  const [session] = sessions
  if (parameters.one('action') === 'approve' && session !== undefined) {
    const user = tenant.users.get(session.sub)
    return user === undefined ? ask(exchange, deferred) : finish(exchange, deferred, user, session, [])
  }
  const login = readLogin(exchange, parameters)
  if (login === undefined) return ask(exchange, deferred, 'Wrong username or password')
  const started = startSession(tenant, login.how, sessions)
  const others = sessions.filter(({ sub }) => sub !== login.user.sub)
  return finish(exchange, deferred, login.user, started, sessionCookies(tenant, [started, ...others]))
}

function readLogin({ tenant }: Exchange, parameters: Parameters): { user: User; how: Login } | undefined {
  const chosen = parameters.one('user')
  const user =
    chosen === undefined
      ? findByPassword(tenant, parameters.one('username'), parameters.one('password'))
      : tenant.users.get(chosen)
  const amr = [chosen === undefined ? 'pwd' : 'click']
  return user && { user, how: { sub: user.sub, amr, acr: undefined } }
}

function finish(
  exchange: Exchange,
  deferred: Deferred,
  user: User,
  session: Session,
  headers: Answer['headers'],
): Answer {
  const { tenant } = exchange
  const missing = checkRequiredClaims(tenant, deferred.scope, user, 'access_denied')
  if (missing !== undefined) return ask(exchange, deferred, missing.description)
  const { sub, sid, authTime, amr } = session
  approve(tenant, deferred, { sub, sid, authTime, amr })
  session.clients.add(deferred.clientId)
  return page(renderDecided(true), 200, headers)
}
