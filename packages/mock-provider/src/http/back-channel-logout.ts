import type { Client } from '../engine/clients.ts'
import type { Delivery } from '../engine/delivery.ts'
import { mint } from '../engine/mint.ts'
import { Refusal } from '../engine/refusal.ts'
import { subjectFor } from '../engine/subjects.ts'
import type { Tenant } from '../engine/tenant.ts'
import { parseUrl } from '../engine/url.ts'
import type { Ports } from '../ports.ts'
import type { Exchange } from './endpoint.ts'

/** Whom a client is told about: a user, one session, or both (OpenID Connect Back-Channel Logout section 2.4). */
export interface LogoutNotice {
  readonly client: Client
  readonly sub: string | undefined
  readonly sid: string | undefined
  /** What is to be wrong with the logout token, one of DEFECTS. */
  readonly defect?: string
}

/** What a client said, with the first of its words. */
export interface Said extends Delivery {
  readonly body?: string
}

/** Real milliseconds. */
const TIMEOUT = 5000
const LONGEST_BODY = 4096

/**
 * Sends a logout token to every client of a list that has a `backchannel_logout_uri`, all at once, and answers when all have answered or 5
 * seconds are over. A client that can not be told is no error of who asked.
 */
export async function sendLogoutTokens(
  { tenant, ports }: Exchange,
  notices: readonly LogoutNotice[],
): Promise<readonly Said[] | Refusal> {
  const letters: { client_id: string; uri: string; token: string }[] = []
  for (const notice of notices) {
    const { id, metadata } = notice.client
    if (typeof metadata.backchannel_logout_uri !== 'string') continue
    const token = makeLogoutToken(tenant, notice)
    if (token instanceof Refusal) return token
    letters.push({ client_id: id, uri: metadata.backchannel_logout_uri, token })
  }
  return Promise.all(letters.map(({ client_id, uri, token }) => post(ports, client_id, uri, token)))
}

/** Signed as the client's ID tokens are (section 2.6), about whom the client calls by that name. */
function makeLogoutToken(tenant: Tenant, { client, sub, sid, defect }: LogoutNotice): string | Refusal {
  const alg = client.metadata.id_token_signed_response_alg
  const minted = mint(tenant, {
    kind: 'logout',
    client_id: client.id,
    ...(typeof alg === 'string' ? { alg } : {}),
    ...(sub === undefined ? {} : { sub: subjectFor(tenant, client.id, sub) }),
    ...(defect === undefined ? {} : { defect }),
    claims: { ...(sub === undefined ? { sub: null } : {}), ...(sid === undefined ? {} : { sid }) },
  })
  return minted instanceof Refusal ? minted : minted.token
}

/** Section 2.5; redirects are not followed. */
async function post({ fetch }: Ports, client_id: string, uri: string, token: string): Promise<Said> {
  if (parseUrl(uri) === undefined)
    return { client_id, uri, ok: false, error: 'backchannel_logout_uri is not an absolute URL' }
  const request = new Request(uri, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ logout_token: token }).toString(),
    redirect: 'manual',
    signal: AbortSignal.timeout(TIMEOUT),
  })
  try {
    const response = await fetch(request)
    const text = await response.text()
    const ok = response.status === 200 || response.status === 204
    return { client_id, uri, ok, status: response.status, body: text.slice(0, LONGEST_BODY) }
  } catch (error) {
    const isLate = error instanceof Error && error.name === 'TimeoutError'
    return { client_id, uri, ok: false, error: isLate ? 'did not answer within 5 seconds' : 'could not be reached' }
  }
}
