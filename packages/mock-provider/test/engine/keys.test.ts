import { checkPrimeSync, constants, createPublicKey, privateDecrypt, publicEncrypt, sign, verify } from 'node:crypto'
import t from 'tap'
import { Clock } from '../../src/engine/clock.ts'
import { DEVELOPMENT_PRIMES } from '../../src/engine/development-primes.ts'
import { CURVES, signDeterministically } from '../../src/engine/ecdsa.ts'
import { Entropy } from '../../src/engine/entropy.ts'
import { KeyRing } from '../../src/engine/keys.ts'
import { Refusal } from '../../src/engine/refusal.ts'
import { pickRsaPrimes, rsaPrivateKey, rsaPublicMembers } from '../../src/engine/rsa.ts'

const ring = (seed = 'a', prefix = ''): { keys: KeyRing; clock: Clock } => {
  const clock = new Clock(() => 1000)
  return { keys: new KeyRing(new Entropy(seed, prefix), clock), clock }
}

t.test('ECDSA signatures are those of RFC 6979 appendix A.2', async t => {
  const vectors = [
    [
      'ES256',
      'C9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721',
      'EFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716F7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8',
    ],
    [
      'ES384',
      '6B9D3DAD2E1B8C1C05B19875B6659F4DE23C3B667BF297BA9AA47740787137D896D5724E4C70A825F872C9EA60D2EDF5',
      '94EDBB92A5ECB8AAD4736E56C691916B3F88140666CE9FA73D64C4EA95AD133C81A648152E44ACF96E36DD1E80FABE4699EF4AEB15F178CEA1FE40DB2603138F130E740A19624526203B6351D0A3A94FA329C145786E679E7B82C71A38628AC8',
    ],
    [
      'ES512',
      '00FAD06DAA62BA3B25D2FB40133DA757205DE67F5BB0018FEE8C86E1B68C7E75CAA896EB32F1F47C70855836A6D16FCC1466F6D8FBEC67DB89EC0C08B0E996B83538',
      '00C328FAFCBD79DD77850370C46325D987CB525569FB63C5D3BC53950E6D4C5F174E25A1EE9017B5D450606ADD152B534931D7D4E8455CC91F9B15BF05EC36E377FA00617CCE7CF5064806C467F678D3B4080D6F1CC50AF26CA209417308281B68AF282623EAA63E5B5C0723D8B8C37FF0777B1A20F8CCB1DCCC43997F1EE0E44DA4A67A',
    ],
  ] as const
  for (const [alg, key, expected] of vectors) {
    const made = signDeterministically(CURVES[alg], Buffer.from(key, 'hex'), Buffer.from('sample'))
    t.equal(made.toString('hex').toUpperCase(), expected, alg)
  }
})

t.test('any committed primes that the seed can pick make an RSA key of 2048 bits', async t => {
  const primes = DEVELOPMENT_PRIMES.map(text => BigInt(`0x${Buffer.from(text, 'base64url').toString('hex')}`))
  t.equal(new Set(primes).size, 128)
  for (const [index, prime] of primes.entries()) {
    const isFit = checkPrimeSync(prime) && prime >> 509n === 7n && (prime - 1n) % 65_537n !== 0n
    t.ok(isFit, `${index}: a prime of 512 bits that begins with three ones, and fits the exponent`)
  }
})

t.test('an RSA key signs and decrypts like every other of its size, whichever primes it has', async t => {
  for (const pick of ['00000000', '1f1f1f1f', '00010203', 'ffffffff', '20406080', '7f3a11c4']) {
    const primes = pickRsaPrimes(Buffer.from(pick, 'hex'))
    t.equal(new Set(primes).size, 4)
    const key = rsaPrivateKey(primes)
    const { n, e } = rsaPublicMembers(primes)
    const open = createPublicKey({ key: { kty: 'RSA', n, e }, format: 'jwk' })
    t.equal(open.asymmetricKeyDetails?.modulusLength, 2048)
    t.strictSame(createPublicKey(key).export({ format: 'jwk' }), { kty: 'RSA', n, e })
    for (const padding of [constants.RSA_PKCS1_PADDING, constants.RSA_PKCS1_PSS_PADDING]) {
      const signature = sign('sha256', Buffer.from('x'), { key, padding })
      t.ok(verify('sha256', Buffer.from('x'), { key: open, padding }, signature))
      t.notOk(verify('sha256', Buffer.from('y'), { key: open, padding }, signature))
    }
    t.equal(privateDecrypt(key, publicEncrypt(open, Buffer.from('x'))).toString(), 'x')
  }
})

t.test('a JWKS shows public members only', async t => {
  const { keys } = ring()
  const published = keys.jwks().keys
  t.equal(published.length, 6)
  for (const key of published) {
    for (const member of ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k']) t.notOk(member in key, `${key.kty} ${member}`)
    t.ok(key.kid)
    t.equal(key.use, 'sig')
  }
  t.notMatch(JSON.stringify(keys.list()), /"(d|p|q|k)":/)
})

t.test('the same seed makes the same keys, another seed or tenant makes others', async t => {
  const own = JSON.stringify(ring('a', '').keys.jwks())
  t.equal(JSON.stringify(ring('a', '').keys.jwks()), own)
  for (const [seed, prefix] of [
    ['b', ''],
    ['a', '/t1'],
  ] as const) {
    const others = ring(seed, prefix).keys.jwks().keys
    for (const [index, { kid, n, x }] of ring('a', '').keys.jwks().keys.entries()) {
      t.not(others[index]?.kid, kid)
      t.not(others[index]?.n ?? others[index]?.x, n ?? x)
    }
  }
})

t.test('a rotation signs with the next key and leaves the old one published', async t => {
  const { keys } = ring()
  const before = keys.signer('RS256')?.kid
  const made = keys.rotate()
  t.ok(!(made instanceof Refusal) && made.current && made.published)
  t.not(keys.signer('RS256')?.kid, before)
  t.equal(keys.jwks().keys.length, 7)
  t.ok(keys.find(before ?? ''), 'an old signature can still be judged')
})

t.test('retireOld takes the old key out of the JWKS at once', async t => {
  const { keys } = ring()
  const before = keys.signer('ES256')?.kid
  keys.rotate({ alg: 'ES256', retireOld: true })
  t.notOk(keys.jwks().keys.some(({ kid }) => kid === before))
  t.equal(keys.jwks().keys.length, 6)
})

t.test('a key that is published late signs at once and is in the JWKS a minute later by the tenant clock', async t => {
  const { keys, clock } = ring()
  clock.set(5000)
  const made = keys.rotate({ publish: 'late' })
  if (made instanceof Refusal) throw new Error(made.description)
  t.equal(keys.signer('RS256')?.kid, made.kid)
  t.notOk(keys.jwks().keys.some(({ kid }) => kid === made.kid))
  clock.advance('1m')
  t.ok(keys.jwks().keys.some(({ kid }) => kid === made.kid))
})

t.test('a key that is never published signs and stays out of the JWKS', async t => {
  const { keys, clock } = ring()
  const made = keys.rotate({ publish: 'never' })
  if (made instanceof Refusal) throw new Error(made.description)
  clock.advance('365d')
  t.notOk(keys.jwks().keys.some(({ kid }) => kid === made.kid))
})

t.test('an algorithm without a key of its own can not be rotated', async t => {
  for (const alg of ['HS256', 'none', 'RS1']) t.ok(ring().keys.rotate({ alg }) instanceof Refusal, alg)
})

t.test('drawing for one purpose does not change what another draws', async t => {
  const [a, b] = [new Entropy('s', ''), new Entropy('s', '')]
  a.text('code', 16)
  t.equal(a.text('jti', 16), b.text('jti', 16))
  t.not(a.text('jti', 16), b.text('code', 16))
  t.not(b.text('jti', 16), b.text('jti', 16))
})

t.test('a clock runs with real time until it is set or frozen, and can be moved both ways', async t => {
  let real = 1000.5
  const clock = new Clock(() => real)
  t.equal(clock.now(), 1000)
  clock.advance('1h')
  real += 1
  t.equal(clock.now(), 4601)
  clock.set(50)
  real += 100
  t.equal(clock.now(), 50)
  clock.advance('-20s')
  t.equal(clock.now(), 30)
  clock.resume()
  real += 5
  t.equal(clock.now(), 35)
  clock.reset()
  t.equal(clock.now(), 1106)
  t.throws(() => clock.advance('soon'), RangeError)
  t.throws(() => clock.set(-1), RangeError)
  t.throws(() => clock.advance('-365000d'), RangeError)
})
