import { describeAnswer, loadDefects } from './defects.js'
import { announce, at, el, fillOptions, onSubmit, readJson } from './dom.js'
import { call, read } from './plane.js'
import { readToken } from './token.js'

const FIELDS = ['kind', 'format', 'sub', 'client_id', 'scope', 'audience', 'lifetime', 'alg', 'defect']

export function startMint() {
  onSubmit(at('mint-form'), 'mint', async () => {
    const { token } = await call('POST', 'tokens', readOrder())
    await readToken(token)
    announce('The token is made, and shown below with what it says')
  })
  for (const name of ['kind', 'format']) at(`mint-${name}`).addEventListener('change', () => void fillDefects())
  at('mint-defect').addEventListener('change', () => void explainDefect())
}

/** Only what was filled in: every member has a default. */
function readOrder() {
  const order = {}
  for (const name of FIELDS) {
    const text = at(`mint-${name}`).value.trim()
    if (text !== '') order[name] = text
  }
  if (order.audience?.includes(' ')) order.audience = order.audience.split(/ +/)
  const claims = readJson(at('mint-claims').value, 'Claims')
  const header = readJson(at('mint-header').value, 'Header')
  return { ...order, ...(claims === undefined ? {} : { claims }), ...(header === undefined ? {} : { header }) }
}

export async function showMint() {
  const [users, clients] = await Promise.all([read('users'), read('clients'), fillDefects()])
  fillOptions(
    at('known-users'),
    users.slice(0, 100).map(({ sub }) => sub),
  )
  fillOptions(
    at('known-clients'),
    clients.slice(0, 100).map(({ client_id: id }) => id),
  )
}

/** The ways in which a token of the chosen kind can be wrong. */
async function fillDefects() {
  const kind = at('mint-kind').value
  const isOpaque = kind === 'access' && at('mint-format').value === 'opaque'
  const fitting = (await loadDefects('token')).filter(
    ({ kinds, opaque }) => kinds.includes(kind) && (!isOpaque || opaque),
  )
  const select = at('mint-defect')
  const chosen = select.value
  const options = fitting.map(({ name, say }) => el('option', { value: name }, `${name}: ${say}`))
  select.replaceChildren(el('option', { value: '' }, 'nothing: a good token'), ...options)
  select.value = fitting.some(({ name }) => name === chosen) ? chosen : ''
  await explainDefect()
}

/** Has the next token be wrong in this way; in a kind that can be. */
export async function chooseDefect({ name, kinds }) {
  if (!kinds.includes(at('mint-kind').value)) at('mint-kind').value = kinds[0]
  at('mint-format').value = ''
  await fillDefects()
  at('mint-defect').value = name
  await explainDefect()
}

async function explainDefect() {
  const defect = (await loadDefects('token')).find(({ name }) => name === at('mint-defect').value)
  at('mint-defect-say').textContent =
    defect === undefined ? '' : `${describeAnswer(defect, at('mint-kind').value !== 'access')} (${defect.section})`
}
