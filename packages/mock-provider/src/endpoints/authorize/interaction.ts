import { findByPassword } from '../../engine/find-user.ts'
import { Parameters } from '../../engine/parameters.ts'
import { Refusal } from '../../engine/refusal.ts'
import type { Interaction, Session } from '../../engine/store.ts'
import type { User } from '../../engine/users.ts'
import type { Exchange } from '../../http/endpoint.ts'
import type { Answer } from '../../http/message.ts'
import { judgeAddress } from './address.ts'
import { readAllowed, rememberConsent } from './consent.ts'
import { explain, showLogin, tooLate } from './pages.ts'
import { answer, logIn, type Pending, proceedAs } from './proceed.ts'
import { judgeRequest } from './request.ts'
import { respondWithError } from './respond.ts'
import { findSessions, sessionCookies } from './session.ts'
import { usableSessions } from './usable-sessions.ts'

/** What one of our own pages sent: a user's button, a name and a password, an answer to the question of consent, or a refusal. */
export async function continueInteraction(exchange: Exchange, form: Parameters): Promise<Answer> {
  const { question, tenant } = exchange
  const id = form.one('interaction') ?? ''
  const interaction = question.method === 'POST' ? tenant.store.interactions.get(id) : undefined
  if (interaction === undefined) return explain(question, tooLate())
  const parameters = new Parameters(interaction.parameters)
  const addressed = judgeAddress(tenant, parameters)
  if (addressed instanceof Refusal) return explain(question, addressed)
  const { address, client } = addressed
  const request = judgeRequest(tenant, parameters, client, address)
  if (request instanceof Refusal) return respondWithError(exchange, address, request)
  if (form.one('action') === 'deny') {
    tenant.store.interactions.delete(id)
    return respondWithError(exchange, address, new Refusal('access_denied', 'the user refused'))
  }
  const pending = { request, parameters }
  return interaction.sessionId === undefined
    ? identify(exchange, form, pending, id)
    : decideConsent(exchange, form, pending, interaction, id)
}

async function identify(exchange: Exchange, form: Parameters, pending: Pending, id: string): Promise<Answer> {
  const { tenant } = exchange
  const chosen = form.one('user')
  const user =
    chosen === undefined ? findByPassword(tenant, form.one('username'), form.one('password')) : tenant.users.get(chosen)
  if (user === undefined) {
    const wrong = { username: form.one('username'), problem: 'Wrong username or password' }
    return showLogin(exchange, pending.request, id, wrong)
  }
  tenant.store.interactions.delete(id)
  const session = chosen === undefined ? undefined : chooseSession(exchange, pending, user)
  if (session === undefined) return logIn(exchange, pending, user, chosen === undefined ? ['pwd'] : ['click'])
  const others = findSessions(tenant, exchange.question).filter(other => other !== session)
  return proceedAs(exchange, pending, session, sessionCookies(tenant, [session, ...others]))
}

/** The session of a user who was chosen among those logged in: no other login is needed, unless the request asks for one. */
function chooseSession({ tenant, question }: Exchange, { request }: Pending, user: User): Session | undefined {
  if (request.prompt.includes('login')) return undefined
  return usableSessions(tenant, request, findSessions(tenant, question)).find(({ sub }) => sub === user.sub)
}

async function decideConsent(
  exchange: Exchange,
  form: Parameters,
  { request }: Pending,
  { sessionId }: Interaction,
  id: string,
): Promise<Answer> {
  const { tenant, question } = exchange
  const session = tenant.store.sessions.get(sessionId ?? '')
  tenant.store.interactions.delete(id)
  if (session === undefined || form.one('action') !== 'allow') return explain(question, tooLate())
  const scope = readAllowed(form, request.scope)
  rememberConsent(tenant, request.client.id, session.sub, scope)
  return answer(exchange, { ...request, scope }, session, [])
}
