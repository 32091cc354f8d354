import t from 'tap'
import { nearest } from '../src/index.ts'

const WORDS = ['issuers', 'upstreams', 'routes', 'server', 'admin', 'ca']

t.test('a letter missing, too many, wrong or swapped with its neighbour is forgiven', async t => {
  for (const word of ['isuers', 'isssuers', 'issuerz', 'issuesr', 'Issuers'])
    t.equal(nearest(word, WORDS), 'issuers', word)
  t.equal(nearest('chekc', ['run', 'check']), 'check')
})

t.test('of several close words the closest is named', async t => {
  t.equal(nearest('rout', ['root', 'route']), 'root')
  t.equal(nearest('jwkss', ['jws', 'jwks']), 'jwks')
})

t.test('a word that is close to none suggests none', async t => {
  t.equal(nearest('frobnicate', WORDS), undefined)
  t.equal(nearest('x', WORDS), undefined)
  t.equal(nearest('', WORDS), undefined)
  t.equal(nearest('issuers', []), undefined)
})
