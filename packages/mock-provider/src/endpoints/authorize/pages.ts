import type { Parameters } from '../../engine/parameters.ts'
import { Refusal } from '../../engine/refusal.ts'
import type { Session } from '../../engine/store.ts'
import { accepts } from '../../http/accept.ts'
import { page, refused } from '../../http/answers.ts'
import type { Exchange } from '../../http/endpoint.ts'
import type { Answer, Question } from '../../http/message.ts'
import { renderConsent } from '../../ui/consent.ts'
import { renderLogin } from '../../ui/login.ts'
import { renderRefusal } from '../../ui/page.ts'
import { renderSelectAccount } from '../../ui/select-account.ts'
import { allowField } from './consent.ts'
import type { AuthorizationRequest } from './request.ts'
import { findSessions } from './session.ts'

/** How long a page waits for its user, in seconds of the tenant's clock. */
const PATIENCE = 3600

/** Puts a request aside until its user has answered a page; what a page sends back names it. */
export function holdRequest({ tenant }: Exchange, parameters: Parameters, session?: Session): string {
  const id = tenant.entropy.text('interaction', 18)
  tenant.store.interactions.set(id, {
    parameters: new Map(parameters.entries()),
    sessionId: session?.id,
    expiresAt: tenant.clock.now() + PATIENCE,
  })
  return id
}

/** Asks who it is; `problem` says what was wrong with the answer before. */
export function showLogin(
  { tenant, question }: Exchange,
  { client, loginHint }: AuthorizationRequest,
  interaction: string,
  wrong?: { readonly username: string | undefined; readonly problem: string },
): Answer {
  const users = Array.from(tenant.users.entries(), ([, user]) => user)
  const username = wrong === undefined ? loginHint : wrong.username
  const form = { action: question.path, clientId: client.id, interaction }
  return page(renderLogin({ ...form, users, username, problem: wrong?.problem }), wrong === undefined ? 200 : 403)
}

/** Asks as whom to go on. */
export function showAccounts(exchange: Exchange, { client }: AuthorizationRequest, interaction: string): Answer {
  const { tenant, question } = exchange
  const present = new Set(findSessions(tenant, question).map(({ sub }) => sub))
  const users = Array.from(tenant.users.entries(), ([, user]) => user)
  return page(
    renderSelectAccount({
      action: question.path,
      clientId: client.id,
      interaction,
      present: users.filter(({ sub }) => present.has(sub)),
      others: users.filter(({ sub }) => !present.has(sub)),
    }),
  )
}

/** Asks what the client may have. */
export function showConsent(
  { question }: Exchange,
  { client, scope, details }: AuthorizationRequest,
  { sub }: Session,
  interaction: string,
  headers: Answer['headers'],
): Answer {
  const html = renderConsent({
    action: question.path,
    clientId: client.id,
    interaction,
    sub,
    scopes: scope.map(name => ({ name, field: allowField(name), isFixed: name === 'openid' })),
    details,
  })
  return page(html, 200, headers)
}

/** A refusal that may not be sent to the application: a page for people, JSON for programs. */
export const explain = (question: Question, refusal: Refusal): Answer =>
  accepts(question, 'text/html') ? page(renderRefusal(refusal), refusal.status) : refused(refusal)

export const tooLate = (): Refusal =>
  new Refusal('invalid_request', 'the page is too old or was used; start again at the application')
