import { announce, at, attempt, el, fillRows } from './dom.js'
import { describeEntry } from './journal-entry.js'
import { call, read } from './plane.js'
import { formatHour, formatTime } from './time.js'

const MOST = 100
const COLUMNS = 6

/** What is shown, as text: nothing is drawn again while it is the same. */
let drawn = ''
let entries = []
/** Numbers of the requests that are unfolded. */
const unfolded = new Set()

export function startJournal() {
  at('journal-endpoint').addEventListener('change', () => attempt('journal', showJournal))
  at('journal-only').addEventListener('change', draw)
  at('journal-clear').addEventListener('click', () =>
    attempt('journal', async () => {
      await call('DELETE', 'requests')
      await showJournal()
      announce('The journal is empty')
    }),
  )
}

export async function showJournal() {
  const endpoint = at('journal-endpoint').value
  const filter = endpoint === '' ? '' : `&endpoint=${encodeURIComponent(endpoint)}`
  const next = await read(`requests?limit=${MOST}${filter}`)
  const text = JSON.stringify(next)
  if (text === drawn) return
  if (next.length > 0 && entries.length > 0 && next.at(-1).number > entries.at(-1).number)
    announce(`New request: ${next.at(-1).method} ${next.at(-1).endpoint}, ${next.at(-1).response.status}`)
  if (next.length === 0 || next.at(-1).number < (entries.at(-1)?.number ?? 0)) unfolded.clear()
  drawn = text
  entries = next
  draw()
}

function draw() {
  const isOnly = at('journal-only').checked
  const shown = entries.filter(entry => !isOnly || countOf(entry) > 0).reverse()
  // Whoever stands on a row stays on it.
  const focused = document.activeElement?.dataset.row
  const empty = entries.length === 0 ? 'Nothing was asked yet.' : 'No request has a finding.'
  fillRows(at('journal-rows'), shown.flatMap(rows), empty, COLUMNS)
  at('journal-more').textContent = entries.length < MOST ? '' : `The newest ${MOST} requests.`
  if (focused !== undefined) document.querySelector(`[data-row="${focused}"]`)?.focus()
}

const countOf = ({ findings }) => findings.length

function rows(entry) {
  const { number, at: when, endpoint, method, path, client_id: client, response } = entry
  const isOpen = unfolded.has(number)
  const detail = `journal-detail-${number}`
  const toggle = el(
    'button',
    {
      type: 'button',
      className: 'fold',
      'aria-expanded': String(isOpen),
      'aria-controls': detail,
      'aria-label': `Request ${number}, ${method} ${endpoint}`,
      'data-row': number,
      'data-testid': `journal-toggle-${number}`,
    },
    String(number),
  )
  toggle.addEventListener('click', () => {
    if (isOpen) unfolded.delete(number)
    else unfolded.add(number)
    draw()
  })
  const row = el(
    'tr',
    { 'data-testid': 'journal-row', className: response.status >= 400 ? 'bad' : '' },
    el('td', {}, toggle),
    el('td', {}, el('time', { title: formatTime(when) }, formatHour(when))),
    el('td', {}, el('strong', {}, endpoint), ' ', el('code', { className: 'quiet wrap' }, `${method} ${path}`)),
    el('td', {}, client ?? ''),
    el('td', {}, describeStatus(response)),
    el('td', {}, ...tags(entry)),
  )
  if (!isOpen) return [row]
  const cell = el('td', { colspan: COLUMNS }, describeEntry(entry))
  return [row, el('tr', { id: detail, className: 'detail', 'data-testid': `journal-detail-${number}` }, cell)]
}

const describeStatus = ({ status, error, fault }) =>
  [status, error, fault === undefined ? undefined : `(${fault})`].filter(part => part !== undefined).join(' ')

const tags = ({ findings }) =>
  findings.map(({ code, say }) => el('span', { className: 'tag', title: say, 'data-testid': 'finding' }, code))
