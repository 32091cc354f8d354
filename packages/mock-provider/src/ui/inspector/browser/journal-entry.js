import { copyButton, el, showJson } from './dom.js'

/** One request unfolded: what is to be said against it, what was understood, and what came, without its secrets. */
export function describeEntry({ number, findings, profiles, parsed, raw, sent, response }) {
  const strict = Object.entries(profiles).filter(([, offences]) => offences.length > 0)
  return el(
    'div',
    { className: 'entry' },
    el('h3', {}, 'Findings'),
    findings.length === 0
      ? el('p', { className: 'quiet' }, 'A strict provider has nothing to say against it.')
      : el('ul', {}, ...findings.map(finding => el('li', {}, ...describeFinding(finding)))),
    ...strict.flatMap(([profile, offences]) => [
      el('h3', {}, `${NAMES[profile] ?? profile} would refuse it`),
      el('ul', {}, ...offences.map(offence => el('li', {}, ...describeFinding(offence)))),
    ]),
    el(
      'div',
      { className: 'columns' },
      part('Parsed', `parsed-${number}`, showJson(parsed)),
      part('Raw', `raw-${number}`, write(raw)),
    ),
    ...(sent === undefined ? [] : [part('Sent to clients meanwhile', `sent-${number}`, showJson(sent))]),
    ...(response.fault === undefined ? [] : [el('p', {}, `It met ${response.fault}.`)]),
  )
}

const NAMES = { 'oauth2.1': 'OAuth 2.1', fapi2: 'FAPI 2.0' }

const describeFinding = ({ code, say, section }) => [
  el('code', {}, code),
  `: ${say} `,
  el('span', { className: 'quiet' }, section),
]

const part = (title, id, text) =>
  el(
    'div',
    {},
    el(
      'div',
      { className: 'titled' },
      el('h3', {}, title),
      copyButton('Copy', `copy-${id}`, () => text),
    ),
    el('pre', { 'data-testid': id, tabIndex: 0, 'aria-label': title }, text),
  )

/** As on the wire (RFC 9112), as far as the journal has it. */
function write({ method, target, headers, body }) {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`)
  return [`${method} ${target} HTTP/1.1`, ...lines, '', body].join('\n').trimEnd()
}
