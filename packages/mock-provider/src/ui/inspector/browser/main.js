import { refreshClock, startClock } from './clock.js'
import { showDefects, startDefects } from './defects.js'
import { createDirectory } from './directory.js'
import { at, attempt } from './dom.js'
import { chooseMisbehaviour, showFaults, startFaults } from './faults.js'
import { showJournal, startJournal } from './journal.js'
import { showKeys, startKeys } from './keys.js'
import { chooseDefect, showMint, startMint } from './mint.js'
import { showTenants, startTenants } from './tenants.js'
import { startToken } from './token.js'

/** How often the live parts are asked for again, in milliseconds. */
const EVERY = 1500

async function useDefect(defect) {
  if (defect.kind === 'token') await chooseDefect(defect)
  else await chooseMisbehaviour(defect)
  location.hash = defect.kind === 'token' ? '#mint' : '#faults'
}

/** The views by the name in the address, each with what shows it. Those that are live are shown again and again. */
const VIEWS = {
  journal: { show: showJournal, isLive: true },
  mint: { show: showMint },
  defects: { show: () => showDefects(useDefect) },
  keys: { show: showKeys, isLive: true },
  users: {
    show: createDirectory({
      view: 'users',
      kind: 'user',
      key: 'sub',
      blank: { password: 'secret', claims: { name: 'Carol Example' } },
    }),
  },
  clients: {
    show: createDirectory({
      view: 'clients',
      kind: 'client',
      key: 'client_id',
      blank: { client_secret: 'secret', redirect_uris: ['http://localhost:3000/callback'] },
    }),
  },
  apis: {
    show: createDirectory({
      view: 'apis',
      kind: 'api',
      key: 'id',
      blank: { secret: 'secret', scopes: ['orders:read'] },
    }),
  },
  faults: { show: showFaults, isLive: true },
  tenants: { show: showTenants, isLive: true },
}

/** The view in sight: an address that names none, such as that of the skip link, changes nothing. */
let shown = 'journal'

function nameOf() {
  const name = location.hash.slice(1)
  return Object.hasOwn(VIEWS, name) ? name : shown
}

function showView() {
  const name = nameOf()
  shown = name
  for (const view of Object.keys(VIEWS)) {
    at(`view-${view}`).hidden = view !== name
    const link = at(`go-${view}`)
    if (view === name) link.setAttribute('aria-current', 'page')
    else link.removeAttribute('aria-current')
  }
  void attempt(name, VIEWS[name].show)
}

addEventListener('hashchange', () => {
  if (nameOf() === shown) return
  showView()
  at(`view-${shown}`).querySelector('h2')?.focus()
})
document.addEventListener('reset', () => {
  void attempt('clock', refreshClock)
  showView()
})
document.addEventListener('clock', () => {
  if (VIEWS[shown].isLive) void attempt('live', VIEWS[shown].show)
})

async function keepLive() {
  if (!document.hidden && at('live').checked) {
    const isThere = await attempt('live', refreshClock)
    const name = shown
    // A table in which somebody stands on a button is left alone.
    const isInUse = name !== 'journal' && at(`view-${name}`).contains(document.activeElement)
    if (isThere && VIEWS[name].isLive && !isInUse) await attempt('live', VIEWS[name].show)
  }
  setTimeout(keepLive, EVERY)
}

startClock()
startJournal()
startMint()
startToken()
startDefects(useDefect)
startKeys()
startFaults()
startTenants()
showView()
void attempt('live', showTenants)
void keepLive()
document.documentElement.dataset.ready = 'yes'
