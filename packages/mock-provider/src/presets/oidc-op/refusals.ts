import type { JsonObject } from '@gatehouse/protocol'
import { allowsRedirect, isWelcome } from '../../engine/clients.ts'
import { decodeJwt, isSignedBy } from '../../engine/jwt.ts'
import type { Tenant } from '../../engine/tenant.ts'
import { always, both, hasStatus, isError, lacks, lacksClient, lacksToken } from '../conditions.ts'
import type { Call, RefusalRow } from '../preset.ts'
import { shownToken } from '../tokens.ts'

/** JSON that says it is HTML. */
const HTML = 'text/html; charset=utf-8'
const JSON_TYPE = 'application/json'

const refuse = (error: string, error_description: string): JsonObject => ({ error, error_description })

const row = (
  when: RefusalRow['when'],
  description: string | ((call: Call) => string),
  { status = 400, error = 'invalid_request', type = HTML }: { status?: number; error?: string; type?: string } = {},
): RefusalRow => ({
  when,
  status,
  type,
  body: (_refused, call) => refuse(error, typeof description === 'string' ? description : description(call)),
})

export const NOT_FOUND =
  '<!doctype html>\n<html lang=en>\n<title>404 Not Found</title>\n<h1>Not Found</h1>\n<p>The requested URL was not found on the server. If you entered the URL manually please check your spelling and try again.</p>\n'
export const NOT_ALLOWED =
  '<!doctype html>\n<html lang=en>\n<title>405 Method Not Allowed</title>\n<h1>Method Not Allowed</h1>\n<p>The method is not allowed for the requested URL.</p>\n'

/** A path that takes POST only is for a GET not there: the root serves files. */
export const wrongMethod: RefusalRow = {
  when: hasStatus(405),
  status: 404,
  body: (_refused, { original: { method } }) => (method === 'GET' ? NOT_FOUND : NOT_ALLOWED),
}

const badClient: RefusalRow = row(
  (refused, call) => isError('invalid_client', 'unauthorized_client')(refused, call) || lacksClient(refused, call),
  'Authorization failed',
)

export const introspectRows: readonly RefusalRow[] = [
  wrongMethod,
  row((_refused, { question }) => /^application\/json\b/.test(question.headers['content-type'] ?? ''), 'Wrong format'),
  badClient,
  row(lacks('token'), "Missing required attribute 'token'", { type: JSON_TYPE }),
  row(always, ({ parameters }) => parameters.get('token') ?? ''),
]

const isFor =
  (grantType: string): RefusalRow['when'] =>
  (_refused, { parameters }) =>
    parameters.get('grant_type') === grantType

const codeOf = ({ tenant, parameters }: Call) => tenant.store.codes.get(parameters.get('code') ?? '')
const withCode = (when: (call: Call) => boolean): RefusalRow['when'] =>
  both(isFor('authorization_code'), isError('invalid_grant'), (_refused, call) => when(call))
const grantError = { error: 'invalid_grant' }

export const tokenRows: readonly RefusalRow[] = [
  { ...wrongMethod, status: 405, body: NOT_ALLOWED },
  badClient,
  row(
    isError('unsupported_grant_type'),
    ({ parameters }) => `Unsupported grant_type: ${parameters.get('grant_type') ?? ''}`,
  ),
  row(lacks('grant_type'), "Missing required attribute 'grant_type'"),
  row(
    withCode(call => codeOf(call) === undefined),
    'Unknown code',
    grantError,
  ),
  row(
    withCode(
      call =>
        codeOf(call)?.grant.clientId !== call.parameters.get('client_id') &&
        codeOf(call)?.used !== true &&
        call.parameters.has('client_id'),
    ),
    'Unknown code',
    grantError,
  ),
  row(
    withCode(call => codeOf(call)?.used === true),
    'Code inactive',
    grantError,
  ),
  row(
    withCode(call => codeOf(call)?.challenge !== undefined && !call.parameters.has('code_verifier')),
    'Missing code_verifier',
    grantError,
  ),
  row(
    withCode(call => codeOf(call)?.challenge !== undefined),
    'PKCE check failed',
    grantError,
  ),
  row(both(isFor('refresh_token'), isError('invalid_scope')), 'Invalid refresh scopes'),
  row(
    both(isFor('refresh_token'), ({ description }) => description.includes('used before')),
    'Refresh token inactive',
  ),
  row(isFor('refresh_token'), ({ parameters }) => parameters.get('refresh_token') ?? ''),
]

export const authorizeRows: readonly RefusalRow[] = [
  row(
    (refused, call) => {
      const id = call.parameters.get('client_id') ?? ''
      const isUnknown = call.tenant.clients.get(id) === undefined && !isWelcome(call.tenant, id)
      return refused.status !== 303 && (lacks('client_id')(refused, call) || isUnknown)
    },
    'Unknown client',
    { error: 'unauthorized_client' },
  ),
  row((refused, { tenant, parameters }) => {
    const client = tenant.clients.get(parameters.get('client_id') ?? '')
    const uri = parameters.get('redirect_uri') ?? ''
    return refused.status !== 303 && (uri === '' || (client !== undefined && !allowsRedirect(client, uri)))
  }, "RedirectURIError:Doesn't match any registered uris"),
]

/** Whether the tenant signed it, however long ago. */
export function isOwn(tenant: Tenant, token: string): boolean {
  const jwt = decodeJwt(token)
  return (
    jwt !== undefined && jwt.claims.iss === tenant.issuer && isSignedBy(jwt, kid => tenant.keys.find(kid), undefined)
  )
}

const isRevoked = ({ tenant }: Call, token: string): boolean => {
  const record = tenant.store.findAccessToken(token)
  return record?.revoked === true || record?.grant?.revoked === true
}

/** Never with a challenge. */
export const userinfoRows: readonly RefusalRow[] = [
  row(lacksToken, 'Authorization failed', { status: 401, error: 'unauthorized_client' }),
  row((_refused, call) => call.tenant.store.refreshTokens.get(shownToken(call)) !== undefined, 'Wrong type of token', {
    error: 'invalid_token',
  }),
  row((_refused, call) => !isOwn(call.tenant, shownToken(call)), shownToken, { error: 'invalid_token' }),
  row((_refused, call) => isRevoked(call, shownToken(call)), 'Invalid Token', { error: 'invalid_token' }),
  row((_refused, { question }) => question.method === 'GET', 'Expired token', { status: 401, error: 'invalid_token' }),
  row(always, 'Expired token'),
]
