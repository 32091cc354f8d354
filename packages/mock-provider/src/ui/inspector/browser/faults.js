import { describeAnswer, loadDefects } from './defects.js'
import { announce, at, attempt, el, fillRows, onSubmit, readJson } from './dom.js'
import { call, read } from './plane.js'

const MOST = 200

export function startFaults() {
  onSubmit(at('fault-form'), 'faults', async () => {
    const fault = await call('POST', 'faults', readFault())
    at('fault-form').reset()
    await explainMisbehaviour()
    await showFaults()
    announce(`${fault.id} is in force`)
  })
  at('fault-misbehaviour').addEventListener('change', () => attempt('faults', explainMisbehaviour))
  at('faults-clear').addEventListener('click', () => attempt('faults', () => lift('faults')))
}

/** Only what was filled in; numbers as numbers. */
function readFault() {
  const fault = {}
  for (const name of ['misbehaviour', 'endpoint', 'status', 'times', 'skip', 'delay']) {
    const text = at(`fault-${name}`).value.trim()
    if (text !== '') fault[name] = /^\d+$/.test(text) ? Number(text) : text
  }
  if (at('fault-reset').checked) fault.reset = true
  if (at('fault-truncate').checked) fault.truncate = true
  return { ...fault, ...readJson(at('fault-more').value, 'More') }
}

async function lift(path) {
  const { removed } = await call('DELETE', path)
  await showFaults()
  announce(`${removed} lifted`)
}

/** Has the next fault be this misbehaviour. */
export async function chooseMisbehaviour({ name }) {
  await fillMisbehaviours()
  at('fault-misbehaviour').value = name
  await explainMisbehaviour()
}

async function fillMisbehaviours() {
  const select = at('fault-misbehaviour')
  if (select.options.length > 1) return
  const all = await loadDefects('endpoint')
  select.append(...all.map(({ name, say }) => el('option', { value: name }, `${name}: ${say}`)))
}

async function explainMisbehaviour() {
  const chosen = (await loadDefects('endpoint')).find(({ name }) => name === at('fault-misbehaviour').value)
  const where = chosen === undefined || chosen.endpoints.includes('any') ? '' : ` At ${chosen.endpoints.join(', ')}.`
  at('fault-misbehaviour-say').textContent =
    chosen === undefined ? '' : `${describeAnswer(chosen, false)} (${chosen.section})${where}`
}

export async function showFaults() {
  await fillMisbehaviours()
  const faults = await read('faults')
  fillRows(at('faults-rows'), faults.slice(0, MOST).map(row), 'Nothing goes wrong on purpose.', 5)
}

function row({ id, endpoint, hits, times, ...rest }) {
  const button = el('button', { type: 'button', className: 'small', 'aria-label': `Lift ${id}` }, 'Lift')
  button.addEventListener('click', async () => {
    await attempt('faults', () => lift(`faults?id=${encodeURIComponent(id)}`))
    at('faults-clear').focus()
  })
  return el(
    'tr',
    { 'data-testid': 'fault' },
    el('td', {}, endpoint ?? 'every endpoint'),
    el('td', {}, el('code', { className: 'wrap' }, explain(rest))),
    el('td', { className: 'number' }, String(hits)),
    el('td', { className: 'number' }, times === undefined ? 'all' : String(times)),
    el('td', {}, button),
  )
}

/** What it does, without what is as ever. */
function explain({ skip, delay, ...rest }) {
  const told = { ...(skip === 0 ? {} : { skip }), ...(delay === 0 ? {} : { delay: `${delay}s` }), ...rest }
  return JSON.stringify(told)
}
