import t from 'tap'
import { Entropy } from '../../src/engine/entropy.ts'

const draw = (entropy: Entropy, purpose: string, lengths: readonly number[]): string =>
  Buffer.concat(lengths.map(length => entropy.bytes(purpose, length))).toString('hex')

t.test('the same is drawn again from the same seed, whatever the pieces, and nothing twice', async t => {
  const whole = draw(new Entropy('seed', '/a'), 'jti', [192])
  t.equal(draw(new Entropy('seed', '/a'), 'jti', [16, 32, 1, 79, 64]), whole)
  t.equal(new Set(whole.match(/.{32}/g)).size, 12)
})

t.test('purposes, tenants, seeds and names have chances of their own', async t => {
  const entropy = new Entropy('seed', '/a')
  const drawn = [
    draw(entropy, 'jti', [64]),
    draw(entropy, 'code', [64]),
    draw(new Entropy('seed', '/b'), 'jti', [64]),
    draw(new Entropy('other', '/a'), 'jti', [64]),
    entropy.derive('jti', 64).toString('hex'),
  ]
  t.equal(new Set(drawn).size, drawn.length)
  const disturbed = new Entropy('seed', '/a')
  draw(disturbed, 'code', [100])
  t.equal(draw(disturbed, 'jti', [64]), drawn[0], 'drawing for another purpose changes nothing')
})

t.test('what is derived is the same at every call, and reset starts what is drawn anew', async t => {
  const entropy = new Entropy('seed', '')
  t.same(entropy.derive('key', 100), entropy.derive('key', 100))
  t.equal(entropy.derive('key', 100).length, 100)
  const first = draw(entropy, 'jti', [40])
  t.not(draw(entropy, 'jti', [40]), first)
  entropy.reset()
  t.equal(draw(entropy, 'jti', [40]), first)
})
