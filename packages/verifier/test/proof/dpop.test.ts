import { createHash, generateKeyPairSync, type JsonWebKey, type KeyObject, sign } from 'node:crypto'
import type { JsonObject } from '@gatehouse/protocol'
import t from 'tap'
import type { Novelty, ProofMemory, ProofSharing } from '../../src/ports.ts'
import { ProofJudge, type ProvedRequest } from '../../src/proof/dpop.ts'
import { createProofMemory } from '../../src/proof/replay.ts'
import { NOW, playPorts } from '../configs.ts'

interface Holder {
  readonly jwk: JsonWebKey
  readonly thumbprint: string
  readonly key: KeyObject
}

/** RFC 7638 written out, so that it owes nothing to the library under test. */
function makeHolder(curve = 'P-256'): Holder {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: curve })
  const { crv, kty, x, y } = publicKey.export({ format: 'jwk' })
  const thumbprint = createHash('sha256').update(JSON.stringify({ crv, kty, x, y })).digest('base64url')
  return { jwk: { crv, kty, x, y } as JsonWebKey, thumbprint, key: privateKey }
}

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')

function prove(holder: Holder, claims: JsonObject = {}, header: JsonObject = {}): string {
  const head = encode({ typ: 'dpop+jwt', alg: 'ES256', jwk: holder.jwk, ...header })
  const body = encode({ jti: 'one', htm: 'GET', htu: `${PUBLIC}/orders`, iat: NOW, ath: hashOf('token'), ...claims })
  const signature = sign('sha256', Buffer.from(`${head}.${body}`), { key: holder.key, dsaEncoding: 'ieee-p1363' })
  return `${head}.${body}.${signature.toString('base64url')}`
}

const hashOf = (token: string) => createHash('sha256').update(token).digest('base64url')

const PUBLIC = 'https://api.example.com'
const alice = makeHolder()

function set(publicUrl = PUBLIC, proofs: ProofSharing = {}) {
  const { clock, ports } = playPorts(() => new Response())
  const judge = new ProofJudge({ ...ports, proofs }, publicUrl)
  const request: ProvedRequest = { method: 'GET', target: '/orders', token: 'token', thumbprint: alice.thumbprint }
  const outcomeOf = (proof: string, over: Partial<ProvedRequest> = {}) => judge.judge(proof, { ...request, ...over })
  const codeOf = async (proof: string, over: Partial<ProvedRequest> = {}) => {
    const outcome = await outcomeOf(proof, over)
    return outcome.ok ? 'ok' : outcome.rejection.code
  }
  const nonceOf = async (proof: string) => {
    const outcome = await outcomeOf(proof)
    if (outcome.ok || outcome.rejection.code !== 'proof_invalid') throw new Error('no nonce')
    return outcome.rejection.detail
  }
  return { clock, outcomeOf, codeOf, nonceOf }
}

// RFC 9449 section 7.1, figure 12, and the thumbprint of section 6.1.
t.test('the proof of RFC 9449 is right for its request and for nothing else', async t => {
  const proof = `eyJ0eXAiOiJkcG9wK2p3dCIsImFsZyI6IkVTMjU2IiwiandrIjp7Imt0eSI6IkVDIiwieCI6Imw4dEZyaHgtMzR0VjNoUklDUkRZOXpDa0RscEJoRjQyVVFVZldWQVdCRnMiLCJ5IjoiOVZFNGpmX09rX282NHpiVFRsY3VOSmFqSG10NnY5VERWclUwQ2R2R1JEQSIsImNydiI6IlAtMjU2In19.eyJqdGkiOiJlMWozVl9iS2ljOC1MQUVCIiwiaHRtIjoiR0VUIiwiaHR1IjoiaHR0cHM6Ly9yZXNvdXJjZS5leGFtcGxlLm9yZy9wcm90ZWN0ZWRyZXNvdXJjZSIsImlhdCI6MTU2MjI2MjYxOCwiYXRoIjoiZlVIeU8ycjJaM0RaNTNFc05yV0JiMHhXWG9hTnk1OUlpS0NBcWtzbVFFbyJ9.2oW9RP35yRqzhrtNP86L-Ey71EOptxRimPPToA1plemAgR6pxHF8y6-yqyVnmcw6Fy1dqd-jfxSYoMxhAJpLjA`
  const over = {
    target: '/protectedresource',
    token: 'Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU',
    thumbprint: '0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I',
  }
  const { codeOf, clock } = set('https://resource.example.org')
  clock.now = 1_562_262_618
  t.equal(await codeOf(proof, { ...over, thumbprint: alice.thumbprint }), 'proof_invalid')
  t.equal(await codeOf(proof, { ...over, target: '/protectedresource/' }), 'proof_invalid')
  t.equal(await codeOf(proof, { ...over, token: 'another' }), 'proof_invalid')
  t.equal(await codeOf(proof, over), 'ok')
  t.equal(await codeOf(proof, over), 'proof_replayed')
})

// RFC 9449 section 4.1, figure 2, by the same key. Section 4.3, item 12: with an access token the proof must name it.
t.test('the proof of RFC 9449 for a token request, which names no access token, is none at a resource', async t => {
  const proof = `eyJ0eXAiOiJkcG9wK2p3dCIsImFsZyI6IkVTMjU2IiwiandrIjp7Imt0eSI6IkVDIiwieCI6Imw4dEZyaHgtMzR0VjNoUklDUkRZOXpDa0RscEJoRjQyVVFVZldWQVdCRnMiLCJ5IjoiOVZFNGpmX09rX282NHpiVFRsY3VOSmFqSG10NnY5VERWclUwQ2R2R1JEQSIsImNydiI6IlAtMjU2In19.eyJqdGkiOiItQndDM0VTYzZhY2MybFRjIiwiaHRtIjoiUE9TVCIsImh0dSI6Imh0dHBzOi8vc2VydmVyLmV4YW1wbGUuY29tL3Rva2VuIiwiaWF0IjoxNTYyMjYyNjE2fQ.2-GxA6T8lP4vfrg8v-FdWP0A0zdrj8igiMLvqRMUvwnQg4PtFLbdLXiOSsX0x7NVY-FNyJK70nfbV37xRZT3Lg`
  const { outcomeOf, clock } = set('https://server.example.com')
  clock.now = 1_562_262_616
  const thumbprint = '0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I'
  const outcome = await outcomeOf(proof, { method: 'POST', target: '/token', thumbprint })
  t.match(outcome, { ok: false, rejection: { code: 'proof_invalid', cause: 'the ath of the proof is missing' } })
})

t.test('a proof for another method, URL or token is refused', async t => {
  const { codeOf } = set()
  t.equal(await codeOf(prove(alice, { htm: 'POST' })), 'proof_invalid')
  t.equal(await codeOf(prove(alice, { htm: 'get' })), 'proof_invalid')
  t.equal(await codeOf(prove(alice, { ath: hashOf('other') })), 'proof_invalid')
  for (const htu of ['/orders', '', `${PUBLIC}/order`, 'http://api.example.com/orders', `${PUBLIC}:444/orders`]) {
    t.equal(await codeOf(prove(alice, { htu })), 'proof_invalid', htu)
  }
  t.equal(await codeOf(prove(alice, { htu: 'https://u:p@api.example.com/orders' })), 'proof_invalid')
  t.equal(await codeOf(prove(alice, { htu: 'ftp://api.example.com/orders' })), 'proof_invalid')
  t.equal(await codeOf(prove(alice)), 'ok')
})

t.test('URLs are compared without query and fragment, and in one of the ways in which they can be written', async t => {
  const { codeOf } = set('https://api.example.com/base/')
  const alike = [
    'https://api.example.com/base/a%2fb/~x',
    'HTTPS://API.example.com:443/base/a%2Fb/%7ex?q=1#f',
    'https://api.example.com/base/./a%2Fb/~x',
  ]
  for (const [index, htu] of alike.entries()) {
    t.equal(await codeOf(prove(alice, { htu, jti: String(index) }), { target: '/a%2Fb/~x?page=2' }), 'ok', htu)
  }
  t.equal(
    await codeOf(prove(alice, { htu: 'https://api.example.com/base/a/b/~x' }), { target: '/a%2Fb/~x' }),
    'proof_invalid',
  )
  t.equal(await codeOf(prove(alice, { htu: 'https://evil.example/' }), { target: '//evil.example/' }), 'proof_invalid')
})

t.test('a proof by another key, or by none, is refused', async t => {
  const mallory = makeHolder()
  const { codeOf } = set()
  t.equal(await codeOf(prove(mallory)), 'proof_invalid')
  t.equal(await codeOf(prove({ ...alice, key: mallory.key })), 'proof_invalid')
  const [head, body] = prove(alice).split('.')
  t.equal(await codeOf(`${head}.${body}.`), 'proof_invalid')
  t.equal(await codeOf(prove(alice, {}, { jwk: { ...alice.jwk, y: 'AA' } as JsonObject })), 'proof_invalid')
})

// liboauth2 2.3.0 accepted a proof whose jwk held the private key.
t.test('a proof that shows a private or a symmetric key is refused', async t => {
  const { codeOf } = set()
  const jwk = alice.key.export({ format: 'jwk' }) as JsonObject
  t.equal(await codeOf(prove(alice, {}, { jwk })), 'proof_invalid')
  t.equal(await codeOf(prove(alice, {}, { jwk: { kty: 'oct', k: 'c2VjcmV0' }, alg: 'HS256' })), 'proof_invalid')
  t.equal(await codeOf(prove(alice, {}, { jwk: { kty: 'oct' } })), 'proof_invalid')
})

t.test('what is no proof in form is refused with its reason and no exception', async t => {
  const { codeOf } = set()
  const headers: JsonObject[] = [
    { typ: 'JWT' },
    { typ: null },
    { alg: 'none' },
    { alg: 'HS256' },
    { alg: ['ES256'] },
    { crit: ['b64'], b64: false },
    { jwk: null },
    { jwk: 'x' },
    { jwk: {} },
  ]
  for (const header of headers) t.equal(await codeOf(prove(alice, {}, header)), 'proof_invalid', JSON.stringify(header))
  const bodies: JsonObject[] = [
    { jti: null },
    { jti: '' },
    { htm: null },
    { htu: null },
    { htu: 7 },
    { iat: String(NOW) },
    { iat: null },
    { ath: null },
    { nonce: 7 },
  ]
  for (const claims of bodies) t.equal(await codeOf(prove(alice, claims)), 'proof_invalid', JSON.stringify(claims))
  for (const text of ['', 'x', 'a.b.c', '..', `${prove(alice)}, ${prove(alice)}`])
    t.equal(await codeOf(text), 'proof_invalid')
})

t.test('a proof is fresh for a minute, and a clock ten seconds ahead is forgiven', async t => {
  const { codeOf } = set()
  t.equal(await codeOf(prove(alice, { iat: NOW - 59, jti: 'a' })), 'ok')
  t.equal(await codeOf(prove(alice, { iat: NOW - 60, jti: 'b' })), 'proof_invalid')
  t.equal(await codeOf(prove(alice, { iat: NOW + 10, jti: 'c' })), 'ok')
  t.equal(await codeOf(prove(alice, { iat: NOW + 11, jti: 'd' })), 'proof_invalid')
})

t.test('a client whose clock is off is given a nonce, and with it its clock does not matter', async t => {
  const { nonceOf, codeOf } = set()
  const detail = await nonceOf(prove(alice, { iat: 7 }))
  t.match(detail, { wantsNonce: true, nonce: /^[\w-]{43}$/ })
  t.equal(await codeOf(prove(alice, { iat: 7, jti: 'two', nonce: detail.nonce ?? '' })), 'ok')
})

t.test('nonces rotate, outlive one rotation and no more, and foreign ones are refused', async t => {
  const { nonceOf, codeOf, clock } = set()
  clock.now = 1_700_000_040
  const first = (await nonceOf(prove(alice, { nonce: 'mine' }))).nonce ?? ''
  clock.now += 60
  const second = (await nonceOf(prove(alice, { nonce: 'mine' }))).nonce ?? ''
  t.not(first, second)
  t.equal(await codeOf(prove(alice, { nonce: first, jti: 'a' })), 'ok')
  clock.now += 60
  t.equal(await codeOf(prove(alice, { nonce: first, jti: 'b' })), 'proof_invalid')
  t.equal(await codeOf(prove(alice, { nonce: second, jti: 'c' })), 'ok')
})

t.test('of two parallel uses of one proof one is new', async t => {
  const { codeOf } = set()
  const proof = prove(alice)
  t.same((await Promise.all([codeOf(proof), codeOf(proof)])).sort(), ['ok', 'proof_replayed'])
})

t.test('a stranger can not use up the jti of another', async t => {
  const mallory = makeHolder()
  const { codeOf } = set()
  t.equal(await codeOf(prove(mallory)), 'proof_invalid')
  t.equal(await codeOf(prove(mallory), { thumbprint: mallory.thumbprint }), 'ok')
  t.equal(await codeOf(prove(alice)), 'ok')
})

t.test('a public URL that is none accepts nothing', async t => {
  const { codeOf } = set('api.example.com')
  t.equal(await codeOf(prove(alice, { htu: 'api.example.com/orders' })), 'proof_invalid')
})

t.test('when no more proofs can be remembered the answer is 503 and not forgetting', async t => {
  const { codeOf, outcomeOf } = set(PUBLIC, { memory: createProofMemory(1) })
  t.equal(await codeOf(prove(alice)), 'ok')
  t.match(await outcomeOf(prove(alice, { jti: 'two' })), {
    rejection: { code: 'issuer_unavailable', detail: { retryAfter: 60 } },
  })
})

t.test('judges that share a secret and a memory take each other’s nonces and refuse each other’s proofs', async t => {
  const own = createProofMemory()
  const faraway: ProofMemory = { use: async (...proof) => own.use(...proof) }
  for (const memory of [own, faraway]) {
    const shared = () => set(PUBLIC, { nonceSecret: new Uint8Array(32).fill(1), memory })
    const [one, two] = [shared(), shared()]
    const { nonce = '' } = await one.nonceOf(prove(alice, { iat: 7 }))
    const proof = prove(alice, { iat: 7, nonce, jti: memory === own ? 'near' : 'far' })
    const codes = await Promise.all([one, two, one, two].map(({ codeOf }) => codeOf(proof)))
    t.same(codes.sort(), ['ok', 'proof_replayed', 'proof_replayed', 'proof_replayed'])
    t.equal(await set(PUBLIC, { nonceSecret: new Uint8Array(32).fill(2) }).codeOf(proof), 'proof_invalid')
    t.equal(await set(PUBLIC, { nonceSecret: new Uint8Array(32).fill(1) }).codeOf(proof), 'ok', 'it knows of no other')
  }
})

t.test('a proof is remembered for as long as its nonce is taken, and longer', async t => {
  const asked: Parameters<ProofMemory['use']>[] = []
  const memory: ProofMemory = {
    use(...proof) {
      asked.push(proof)
      return 'new'
    },
  }
  const { codeOf } = set(PUBLIC, { memory })
  t.equal(await codeOf(prove(alice)), 'ok')
  t.equal(await codeOf(prove(alice, { htm: 'PUT' })), 'proof_invalid')
  t.match(asked, [[/^[\w-]{43}$/, 130, NOW]], 'only what is right in all else')
})

t.test('a memory that fails accepts nothing', async t => {
  const failures: (() => Novelty | Promise<Novelty>)[] = [
    () => Promise.reject(new Error('gone')),
    () => {
      throw new Error('broken')
    },
    () => 'yes' as never,
    async () => undefined as never,
  ]
  for (const use of failures) {
    const { outcomeOf } = set(PUBLIC, { memory: { use } })
    t.match(await outcomeOf(prove(alice)), {
      ok: false,
      rejection: {
        code: 'issuer_unavailable',
        cause: 'the memory of used proofs does not answer',
        detail: { retryAfter: 1 },
      },
    })
  }
})

t.test('a secret that is too short is a mistake', async t => {
  t.throws(
    () => set(PUBLIC, { nonceSecret: new Uint8Array(31) }),
    new TypeError('nonceSecret: is shorter than 32 bytes'),
  )
})

// Node 20's `URL.canParse` changes its mind about such texts once it is compiled, and `new URL` then throws.
t.test('an htu outside of ASCII is refused each time, and no proof makes the judge throw', async t => {
  const codes = new Set<string>()
  const { codeOf } = set()
  const proof = prove(alice, { htu: 'http:\u00c3\u0082' })
  for (let turn = 0; turn < 20_000; turn++) codes.add(await codeOf(proof))
  t.same([...codes], ['proof_invalid'])
})
