import { announce, at, attempt, el, fillRows, onSubmit } from './dom.js'
import { call, read, tenant } from './plane.js'

const MOST = 200

/** Where the inspector of a tenant is. */
const addressOf = prefix => `${prefix}/_mock/`

export function startTenants() {
  at('tenant-switch').addEventListener('change', event => go(event.target.value))
  onSubmit(at('tenant-form'), 'tenants', async () => {
    const name = at('tenant-name')
      .value.trim()
      .replace(/^\/+|\/+$/g, '')
    if (name !== '') go(`/${name}`)
  })
  at('reset').addEventListener('click', async () => {
    if (!window.confirm(`Make ${tenant.issuer} as new? Its tokens, keys, users, clients, faults and journal go.`))
      return
    await attempt('tenants', async () => {
      await call('POST', 'reset')
      announce('The tenant is as new')
      document.dispatchEvent(new Event('reset'))
    })
  })
}

function go(prefix) {
  location.assign(`${addressOf(prefix)}${location.hash}`)
}

export async function showTenants() {
  const all = await read('tenants')
  const shown = all.slice(0, MOST)
  at('tenant-switch').replaceChildren(
    ...shown.map(({ prefix }) =>
      el('option', { value: prefix, selected: prefix === tenant.prefix }, prefix === '' ? '/ (root)' : prefix),
    ),
  )
  fillRows(at('tenants-rows'), shown.map(row), 'There is no tenant', 7)
  at('tenants-more').textContent = all.length > MOST ? `The first ${MOST} of ${all.length}.` : ''
}

const row = ({ prefix, issuer, preset, users, clients, faults, requests }) =>
  el(
    'tr',
    { 'data-testid': 'tenant', 'aria-current': prefix === tenant.prefix ? 'true' : undefined },
    el('td', {}, el('a', { href: addressOf(prefix) }, prefix === '' ? '/ (root)' : prefix)),
    el('td', {}, el('code', {}, issuer)),
    el('td', {}, preset ?? 'standard'),
    ...[users, clients, faults, requests].map(count => el('td', { className: 'number' }, String(count))),
  )
