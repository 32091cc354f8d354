import { announce, at, copyButton, el, onSubmit } from './dom.js'
import { explainClaim, explainHeader, explainLife } from './explain.js'
import { call } from './plane.js'

/** The token in sight. */
const current = () => at('token').value.trim()

export function startToken() {
  at('token-actions').append(
    copyButton('Copy token', 'copy-token', current),
    copyButton('Copy header line', 'copy-header', () => `Authorization: Bearer ${current()}`),
    copyButton('Copy curl', 'copy-curl', () => `curl -H 'Authorization: Bearer ${current()}' URL`),
  )
  onSubmit(at('token-form'), 'token', () => readToken())
  document.addEventListener('clock', () => {
    if (!at('token-result').hidden) void readToken().catch(() => {})
  })
}

/** Shows what a token says, what that means, and whether it holds. */
export async function readToken(text = current()) {
  at('token').value = text
  const { active, header, claims, checks } = await call('POST', 'verifications', { token: text })
  const own = { header: header ?? readPart(text, 0), claims: claims ?? readPart(text, 1) }
  at('token-parts').replaceChildren(...paint(text))
  at('token-life').textContent = explainLife(Object(own.claims)) ?? ''
  fillPart('header', own.header, explainHeader)
  fillPart('claims', own.claims, explainClaim)
  at('checks').replaceChildren(...checks.map(check))
  at('token-result').hidden = false
  announce(active ? 'The token is active' : 'The token is not active')
}

const MARKS = new Map([
  [true, 'holds'],
  [false, 'fails'],
  [null, 'nothing to check'],
])

const check = ({ name, ok, say }) =>
  el(
    'li',
    { 'data-testid': `check-${name}`, className: ok === null ? 'unjudged' : ok ? 'holds' : 'fails' },
    el('strong', {}, `${NAMES[name] ?? name} ${MARKS.get(ok)}`),
    ` ${say}`,
  )

const NAMES = { form: 'Form', signature: 'Signature', key: 'Key', issuer: 'Issuer', time: 'Time', state: 'State' }

/** Each part of the token in a colour of its own; the words beside them say the same. */
function paint(text) {
  const parts = text.split('.')
  return parts
    .flatMap((part, index) => [
      index === 0 ? undefined : '.',
      el(
        'span',
        { className: parts.length === 3 ? ['part-header', 'part-claims', 'part-signature'][index] : '' },
        part,
      ),
    ])
    .filter(part => part !== undefined)
}

function fillPart(name, members, explain) {
  const isObject = typeof members === 'object' && members !== null
  at(`${name}-part`).hidden = members === undefined
  at(`${name}-raw`).hidden = isObject || members === undefined
  at(`${name}-raw`).textContent = isObject ? '' : String(members)
  const rows = isObject ? Object.entries(members) : []
  at(`${name}-rows`).replaceChildren(
    ...rows.map(([member, value]) =>
      el(
        'tr',
        { 'data-testid': `${name}-${member}` },
        el('th', { scope: 'row' }, member),
        el('td', {}, el('code', { className: 'wrap' }, JSON.stringify(value))),
        el('td', {}, explain(member, value)),
      ),
    ),
  )
}

/** A part that the provider did not read, since something is wrong with it: as JSON where that works, else as text. */
function readPart(text, index) {
  const part = text.split('.').length === 3 ? text.split('.')[index] : undefined
  if (part === undefined) return undefined
  try {
    const bytes = Uint8Array.from(atob(part.replaceAll('-', '+').replaceAll('_', '/')), character =>
      character.charCodeAt(0),
    )
    const decoded = new TextDecoder().decode(bytes)
    return parse(decoded) ?? decoded
  } catch {
    return part
  }
}

function parse(text) {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
