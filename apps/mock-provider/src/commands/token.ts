import { request } from '../ports.ts'
import type { Command, ExitCode, Output } from './command.ts'

const DEFAULT_URL = 'http://127.0.0.1:4010'
const TIMEOUT = 10_000

type Values = Parameters<Command['run']>[0]

export const token: Command = {
  say: 'prints one token of a running provider, and nothing else',
  flags: {
    url: { value: 'URL', say: `the provider, or one of its tenants; ${DEFAULT_URL} where none is given` },
    sub: { value: 'SUB', say: 'whose token; alice where none is given' },
    scope: { value: '"a b"', say: 'scopes, separated by spaces' },
    audience: { value: 'X', many: true, say: 'aud; may be given again' },
    client: { value: 'ID', say: 'client_id' },
    lifetime: { value: '1h', say: 'how long it is valid; negative for one that is over' },
    opaque: { say: 'a reference, not a JWT' },
    defect: { value: 'NAME', say: 'make it wrong in a named way; URL/_mock/defects lists them' },
  },
  examples: [
    'mock-oidc token --scope "orders:read" --audience https://api.example.com',
    'curl -H "authorization: Bearer $(mock-oidc token --sub bob)" http://127.0.0.1:4000/orders',
  ],
  run: printToken,
}

async function printToken(values: Values, output: Output): Promise<ExitCode> {
  const url = one(values, 'url') ?? DEFAULT_URL
  if (!/^https?:\/\//i.test(url) || !URL.canParse(url)) {
    output.error('mock-oidc token: --url is no http or https URL\n')
    return 2
  }
  const answer = await ask(`${url.replace(/\/+$/, '')}/_mock/tokens`, describeToken(values))
  if (answer === undefined) {
    output.error(`mock-oidc token: no mock provider answers at ${url}; start one with: mock-oidc start\n`)
    return 1
  }
  if ('refused' in answer) {
    output.error(`mock-oidc token: ${answer.refused}\n`)
    return answer.status === 400 ? 2 : 1
  }
  output.out(`${answer.token}\n`)
  return 0
}

const one = (values: Values, name: string): string | undefined => values.get(name)?.[0]

function describeToken(values: Values): Record<string, unknown> {
  const audience = values.get('audience')
  const wanted = {
    sub: one(values, 'sub') ?? 'alice',
    scope: one(values, 'scope'),
    audience: audience?.length === 1 ? audience[0] : audience,
    client_id: one(values, 'client'),
    lifetime: readLifetime(one(values, 'lifetime')),
    format: values.has('opaque') ? 'opaque' : undefined,
    defect: one(values, 'defect'),
  }
  return Object.fromEntries(Object.entries(wanted).filter(([, value]) => value !== undefined))
}

/** A bare number is seconds. */
const readLifetime = (text: string | undefined): string | number | undefined =>
  text !== undefined && /^-?\d+$/.test(text) ? Number(text) : text

type Told = { readonly token: string } | { readonly refused: string; readonly status: number }

/** Undefined where no mock provider answers. */
async function ask(endpoint: string, body: object): Promise<Told | undefined> {
  try {
    const response = await request(endpoint, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      redirect: 'manual',
      signal: AbortSignal.timeout(TIMEOUT),
    })
    const said = (await response.json()) as { token?: unknown; error_description?: unknown }
    if (response.ok && typeof said.token === 'string') return { token: said.token }
    if (typeof said.error_description !== 'string') return undefined
    return { refused: said.error_description, status: response.status }
  } catch {
    return undefined
  }
}
