import { Parameters } from '../../engine/parameters.ts'
import { Refusal } from '../../engine/refusal.ts'
import type { Session } from '../../engine/store.ts'
import type { Tenant } from '../../engine/tenant.ts'
import type { User } from '../../engine/users.ts'
import { page, refused } from '../../http/answers.ts'
import type { Endpoint, Exchange } from '../../http/endpoint.ts'
import { readParameters } from '../../http/form.ts'
import type { Answer, Question } from '../../http/message.ts'
import { renderLogin } from '../../ui/login.ts'
import { renderRefusal } from '../../ui/page.ts'
import { type AuthorizationRequest, judgeAddress, judgeRequest } from './request.ts'
import { respond, respondWithError } from './respond.ts'
import { findSession, sessionCookie, startSession } from './session.ts'

/** RFC 6749 section 3.1, OpenID Connect Core section 3.1.2. The login page posts here too. */
export const authorize: Endpoint = {
  name: 'authorize',
  cors: false,
  methods: { GET: authorizeClient, POST: authorizeClient },
}

/** How long a login page waits for its user, in seconds. */
const PATIENCE = 3600

function authorizeClient(exchange: Exchange): Answer {
  const { question } = exchange
  const parameters = readParameters(question)
  if (parameters instanceof Refusal) return explain(question, parameters)
  return parameters.has('interaction') ? continueLogin(exchange, parameters) : beginLogin(exchange, parameters)
}

function beginLogin({ question, tenant }: Exchange, parameters: Parameters): Answer {
  const addressed = judgeAddress(tenant, parameters)
  if (addressed instanceof Refusal) return explain(question, addressed)
  const request = judgeRequest(parameters, addressed.client, addressed.address)
  if (request instanceof Refusal) return respondWithError(tenant, addressed.address, request)
  const session = usableSession(tenant, request, findSession(tenant, question))
  if (session !== undefined) return grantCode(tenant, request, session, [])
  if (request.prompt.includes('none')) {
    return respondWithError(
      tenant,
      request.address,
      new Refusal('login_required', 'nobody is logged in as was asked for'),
    )
  }
  const hinted = request.prompt.includes('select_account') ? undefined : findUser(tenant, request.loginHint)
  return hinted === undefined ? askUser(tenant, request, parameters) : logIn(tenant, request, hinted, ['hint'])
}

/** The session, unless the request wants another authentication (OpenID Connect Core section 3.1.2.1) or another user. */
function usableSession(
  tenant: Tenant,
  { prompt, maxAge, loginHint }: AuthorizationRequest,
  session: Session | undefined,
): Session | undefined {
  if (session === undefined || prompt.includes('login') || prompt.includes('select_account')) return undefined
  if (maxAge !== undefined && tenant.clock.now() - session.authTime > maxAge) return undefined
  if (tenant.users.get(session.sub) === undefined) return undefined
  const hinted = findUser(tenant, loginHint)
  return hinted === undefined || hinted.sub === session.sub ? session : undefined
}

/** A user by `sub`, or by the claims that people log in with. */
function findUser(tenant: Tenant, hint: string | undefined): User | undefined {
  if (hint === undefined) return undefined
  const direct = tenant.users.get(hint)
  if (direct !== undefined) return direct
  for (const [, user] of tenant.users.entries()) {
    if (user.claims.email === hint || user.claims.preferred_username === hint) return user
  }
  return undefined
}

function askUser(tenant: Tenant, request: AuthorizationRequest, parameters: Parameters): Answer {
  const id = tenant.entropy.text('interaction', 18)
  const expiresAt = tenant.clock.now() + PATIENCE
  tenant.store.interactions.set(id, { parameters: new Map(parameters.entries()), expiresAt })
  return showLogin(tenant, request, id, request.loginHint)
}

function showLogin(
  tenant: Tenant,
  { client }: AuthorizationRequest,
  interaction: string,
  username: string | undefined,
  problem?: string,
): Answer {
  const users = Array.from(tenant.users.entries(), ([, user]) => user)
  return page(
    renderLogin({ action: `${tenant.prefix}/authorize`, clientId: client.id, interaction, users, username, problem }),
    problem === undefined ? 200 : 403,
  )
}

/** What the login page sent: a user's button, a name and a password, or a refusal. */
function continueLogin({ question, tenant }: Exchange, parameters: Parameters): Answer {
  const id = parameters.one('interaction') ?? ''
  const interaction = question.method === 'POST' ? tenant.store.interactions.get(id) : undefined
  if (interaction === undefined)
    return explain(
      question,
      new Refusal('invalid_request', 'the login page is too old or was used; start again at the application'),
    )
  const original = new Parameters(interaction.parameters)
  const addressed = judgeAddress(tenant, original)
  if (addressed instanceof Refusal) return explain(question, addressed)
  const request = judgeRequest(original, addressed.client, addressed.address)
  if (request instanceof Refusal) return respondWithError(tenant, addressed.address, request)
  if (parameters.one('action') === 'deny') {
    tenant.store.interactions.delete(id)
    return respondWithError(tenant, request.address, new Refusal('access_denied', 'the user refused'))
  }
  const chosen = parameters.one('user')
  const user = chosen === undefined ? checkPassword(tenant, parameters) : tenant.users.get(chosen)
  if (user === undefined)
    return showLogin(tenant, request, id, parameters.one('username'), 'Wrong username or password')
  tenant.store.interactions.delete(id)
  return logIn(tenant, request, user, chosen === undefined ? ['pwd'] : ['click'])
}

function checkPassword(tenant: Tenant, parameters: Parameters): User | undefined {
  const user = findUser(tenant, parameters.one('username'))
  return user?.password !== undefined && user.password === parameters.one('password') ? user : undefined
}

function logIn(tenant: Tenant, request: AuthorizationRequest, user: User, amr: readonly string[]): Answer {
  const session = startSession(tenant, user.sub, amr)
  return grantCode(tenant, request, session, [sessionCookie(tenant, session)])
}

function grantCode(
  tenant: Tenant,
  request: AuthorizationRequest,
  session: Session,
  headers: Answer['headers'],
): Answer {
  const { client, scope, audience, challenge, redirectUri, nonce } = request
  session.clients.add(client.id)
  const code = tenant.entropy.text('code', 24)
  tenant.store.codes.set(code, {
    grant: {
      id: tenant.entropy.text('grant', 12),
      clientId: client.id,
      sub: session.sub,
      scope,
      audience,
      sid: session.sid,
      authTime: session.authTime,
      amr: session.amr,
      acr: undefined,
      nonce,
      revoked: false,
    },
    redirectUri,
    challenge,
    used: false,
    expiresAt: tenant.clock.now() + tenant.settings.code.lifetime,
  })
  return respond(tenant, request.address, { code }, headers)
}

/** A refusal that may not be sent to the application: a page for people, JSON for programs. */
function explain({ headers }: Question, refusal: Refusal): Answer {
  return (headers.accept ?? '').includes('text/html') ? page(renderRefusal(refusal), refusal.status) : refused(refusal)
}
