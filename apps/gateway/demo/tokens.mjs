import { PORTS } from './ports.mjs'

const AUDIENCE = `http://127.0.0.1:${PORTS.gateway}`
const CLAIMS = { sub: 'alice', client_id: 'demo', scope: 'orders:read', audience: AUDIENCE, lifetime: '24h' }

/** The lines to paste: what each does, and what it answers. */
const LINES = [
  {
    says: 'a JWT, verified by the gateway itself: 200, and the upstream shows what reached it',
    ask: { ...CLAIMS, format: 'jwt' },
  },
  { says: 'an opaque token, introspected at the provider: 200', ask: { ...CLAIMS, format: 'opaque' } },
  { says: 'a JWT that expired: 401, code token_expired', ask: { ...CLAIMS, format: 'jwt', defect: 'expired' } },
]

/** Mints the tokens at the mock's control plane and makes the text to print. */
export async function writeCurlLines() {
  const paragraphs = []
  for (const { says, ask } of LINES) {
    paragraphs.push(
      `# ${says}\ncurl -i http://127.0.0.1:${PORTS.gateway}/orders/1 -H 'authorization: Bearer ${await mint(ask)}'`,
    )
  }
  return paragraphs.join('\n\n')
}

async function mint(ask) {
  const response = await fetch(`http://127.0.0.1:${PORTS.provider}/_mock/tokens`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(ask),
    signal: AbortSignal.timeout(10_000),
  })
  if (!response.ok) throw new Error(`the mock provider refused to mint a token: ${response.status}`)
  const { token } = await response.json()
  return token
}
