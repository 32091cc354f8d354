import { announce, at, el, fillRows, onSubmit } from './dom.js'
import { call, read } from './plane.js'

export function startKeys() {
  onSubmit(at('rotate-form'), 'keys', async () => {
    const made = await call('POST', 'keys/rotate', {
      alg: at('rotate-alg').value,
      publish: at('rotate-publish').value,
      retireOld: at('rotate-retire').checked,
    })
    await showKeys()
    announce(`The new ${made.alg} key is ${made.kid}`)
  })
}

export async function showKeys() {
  const keys = await read('keys')
  fillRows(at('keys-rows'), keys.slice(-MOST).map(row), 'There is no key', 4)
}

const MOST = 200

const row = ({ kid, alg, current, published }) =>
  el(
    'tr',
    { 'data-testid': 'key', className: current ? '' : 'quiet' },
    el('td', {}, alg),
    el('td', {}, el('code', {}, kid)),
    el('td', {}, current ? 'signs what is issued now' : 'replaced'),
    el('td', {}, published ? 'in the JWKS' : 'not in the JWKS'),
  )
