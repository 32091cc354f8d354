import { announce, at, attempt, copyButton, el, onSubmit, readJson, showJson } from './dom.js'
import { call, read } from './plane.js'

const MOST = 200
/** Stands where a secret is: the page never shows one, and saving it keeps the one there is. */
const KEPT = '(unchanged)'
const SECRETS = ['password', 'client_secret', 'secret']

const hide = item =>
  Object.fromEntries(Object.entries(item).map(([name, value]) => [name, SECRETS.includes(name) ? KEPT : value]))

/**
 * A view in which named things are listed, edited as JSON, made and deleted.
 * @param {{ view: string, kind: string, key: string, blank: object }} what `view` is the call's name too
 * @returns {() => Promise<void>} shows the view
 */
export function createDirectory({ view, kind, key, blank }) {
  let items = []
  let open
  const named = name => at(`${view}-${name}`)

  const show = async () => {
    items = await read(view)
    list()
    if (open === undefined && items[0] !== undefined) edit(items[0])
  }

  const list = () => {
    const wanted = named('filter').value.trim().toLowerCase()
    const found = items.filter(item => String(item[key]).toLowerCase().includes(wanted))
    named('list').replaceChildren(...found.slice(0, MOST).map(item => el('li', {}, choice(item))))
    named('more').textContent = found.length > MOST ? `The first ${MOST} of ${found.length}.` : ''
  }

  const choice = item => {
    const name = String(item[key])
    const properties = {
      type: 'button',
      'data-testid': `${kind}-${name}`,
      'aria-current': name === open ? 'true' : undefined,
    }
    return el('button', { ...properties, on: { click: () => edit(item) } }, name)
  }

  const edit = item => {
    const { [key]: name, ...rest } = hide(item)
    open = name
    named('name').value = name
    named('json').value = showJson(rest)
    named('delete').disabled = false
    list()
  }

  const blankForm = () => {
    open = undefined
    named('name').value = ''
    named('json').value = showJson(blank)
    named('delete').disabled = true
    list()
    named('name').focus()
  }

  const save = async () => {
    const name = named('name').value
    const value = readJson(named('json').value, 'JSON') ?? {}
    const before = items.find(item => String(item[key]) === name)
    for (const secret of SECRETS) {
      if (value[secret] !== KEPT) continue
      if (before?.[secret] === undefined) throw new Error(`${secret}: there is none yet that could stay unchanged`)
      value[secret] = before[secret]
    }
    const saved = await call('PUT', `${view}/${encodeURIComponent(name)}`, value)
    open = undefined
    await show()
    edit(saved)
    announce(`Saved the ${kind} ${name}`)
  }

  const remove = async () => {
    const name = named('name').value
    await call('DELETE', `${view}/${encodeURIComponent(name)}`)
    open = undefined
    await show()
    announce(`Deleted the ${kind} ${name}`)
    named('new').focus()
  }

  onSubmit(named('form'), view, save)
  named('new').addEventListener('click', blankForm)
  named('delete').addEventListener('click', () => attempt(view, remove))
  named('filter').addEventListener('input', list)
  named('actions').append(copyButton('Copy JSON', `${view}-copy`, () => named('json').value))
  document.addEventListener('reset', () => {
    open = undefined
  })
  return show
}
