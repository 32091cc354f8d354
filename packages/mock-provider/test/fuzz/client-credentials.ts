import assert from 'node:assert/strict'
import { ask, FORM, makeProvider } from './scene/provider.ts'

const provider = makeProvider({ unknownClients: 'listed', clients: { demo: { client_secret: 'p:w%&+ \u00e9' } } })

/** User and password of Basic, encoded here; where the first byte is `R`, the value of Authorization as it is. */
export async function fuzz(input: Buffer): Promise<void> {
  const text = input.subarray(1).toString('latin1')
  const authorization = input[0] === 0x52 ? text : `Basic ${Buffer.from(text, 'latin1').toString('base64')}`
  provider.reset()
  const { status } = await ask(provider, {
    method: 'POST',
    target: '/token',
    headers: { ...FORM, authorization },
    body: 'grant_type=client_credentials',
  })
  if (status !== 200) return
  // RFC 6749 section 2.3.1: both are form-encoded before they are joined. Some clients do not, which is told apart nowhere else.
  const [, encoded = ''] = /^basic +([^ ]*)$/i.exec(authorization) ?? []
  const pair = Buffer.from(encoded, 'base64').toString('utf8')
  const said = [pair, decodeURIComponentOr(pair.replaceAll('+', ' '))]
  assert.ok(
    said.some(one => one === 'demo:p:w%&+ \u00e9'),
    'let in with another secret',
  )
}

function decodeURIComponentOr(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

export const longest = 120
export const seeds = [
  'Bdemo:p%3Aw%25%26%2B+%C3%A9',
  'Bdemo:p:w%&+ \xc3\xa9',
  'Bdemo:wrong',
  'RBasic ZGVtbw==',
  'RBearer x',
  'B:',
]
export const dictionary = [
  ':',
  '%3A',
  '%25',
  '%26',
  '%2B',
  '+',
  '%20',
  '%C3%A9',
  '%zz',
  '%',
  '\xff',
  '=',
  'Basic ',
  'basic ',
  'demo',
  'p:w',
]
