import { at, attempt, el, fillRows } from './dom.js'
import { read } from './plane.js'

let defects

/** Every named way in which a token, or an answer of an endpoint, can be wrong; asked for once. */
async function loadAll() {
  defects ??= (await Promise.all([read('defects'), read('misbehaviours')])).flat()
  return defects
}

/** Those of tokens, or those of endpoints. */
export async function loadDefects(kind) {
  return (await loadAll()).filter(defect => defect.kind === kind)
}

/** What a correct receiver does with it; `isForClients` where that is no resource server. */
export function describeAnswer({ answers, client, allowed }, isForClients) {
  if (answers !== null && !isForClients)
    return `A correct resource server answers ${[answers.status, answers.error].filter(part => part !== null).join(' ')} (${answers.code}).`
  if (client !== null) return `A correct client ${client}.`
  return `A correct receiver may take it all the same${allowed === null ? '' : `: ${allowed}`}.`
}

const isForClients = ({ kind, kinds }) => kind === 'endpoint' || !kinds.includes('access')

/** @param {(defect: object) => Promise<void>} use makes a token with the defect the next one */
export function startDefects(use) {
  at('defects-filter').addEventListener('input', () => attempt('defects', () => showDefects(use)))
}

export async function showDefects(use) {
  const wanted = at('defects-filter').value.trim().toLowerCase()
  const all = await loadAll()
  const found = all.filter(({ name, say }) => `${name} ${say}`.toLowerCase().includes(wanted))
  fillRows(
    at('defects-rows'),
    found.map(defect => row(defect, use)),
    'No defect is called so.',
    5,
  )
  at('defects-more').textContent =
    found.length === all.length ? `${all.length} in all.` : `${found.length} of ${all.length}.`
}

function row(defect, use) {
  const { name, say, section, kinds, endpoints } = defect
  const button = el(
    'button',
    { type: 'button', className: 'small', 'data-testid': `use-${name}`, 'aria-label': `Use ${name}` },
    'Use',
  )
  button.addEventListener('click', () => attempt('defects', () => use(defect)))
  return el(
    'tr',
    { 'data-testid': 'defect' },
    el(
      'th',
      { scope: 'row' },
      el('code', {}, name),
      el('div', { className: 'quiet' }, (kinds ?? endpoints).join(', ')),
    ),
    el('td', {}, say),
    el('td', {}, describeAnswer(defect, isForClients(defect))),
    el('td', { className: 'quiet' }, section),
    el('td', {}, button),
  )
}
