import crypto, { createHash } from 'node:crypto'
import { syncBuiltinESMExports } from 'node:module'
import t, { type Test } from 'tap'
import { nonceOfProof, secretOfAdmin, signatureOfToken } from '../src/secret-places/gateway.ts'
import {
  challengeOfCode,
  nonceOfMock,
  passwordOfUser,
  secretOfApi,
  secretOfClient,
  secretOfPresetApi,
  secretOfUpdate,
  signatureOfAssertion,
  signatureOfHint,
  tokenOfRegistration,
  tokenToRegister,
} from '../src/secret-places/mock.ts'
import type { Place } from '../src/secret-places/place.ts'

/**
 * Everywhere that somebody shows a secret. Looking one up in a map (codes, tokens, sessions of the mock, the gateway's caches, whose keys are
 * digests) is no comparison in this sense and is not here; nor is what is public: hashes of tokens, thumbprints.
 */
const PLACES: Readonly<Record<string, (t: Test) => Place | Promise<Place>>> = {
  'the gateway: signature of a token under an HMAC': signatureOfToken,
  'the gateway: nonce of a DPoP proof': nonceOfProof,
  'the gateway: secret of the admin listener': secretOfAdmin,
  'the mock: secret of a client': secretOfClient,
  'the mock: secret of an API': secretOfApi,
  'the mock: secret of an API of a system': secretOfPresetApi,
  'the mock: secret of a client, told again': secretOfUpdate,
  'the mock: password of a user': passwordOfUser,
  'the mock: challenge of a code': () => challengeOfCode(undefined, 'S256', 'sha256'),
  'the mock: challenge with a longer hash': () => challengeOfCode('oidc-op', 'S384', 'sha384'),
  'the mock: token to register': tokenToRegister,
  'the mock: token of a registration': tokenOfRegistration,
  'the mock: signature of a client assertion': signatureOfAssertion,
  'the mock: signature of an ID token': signatureOfHint,
  'the mock: nonce of a DPoP proof': nonceOfMock,
}

type Pair = readonly [Buffer, Buffer]

/** What is compared by timingSafeEqual from now on, whichever module has imported it. */
function watch(t: Test): Pair[] {
  const pairs: Pair[] = []
  const door = crypto as { timingSafeEqual: (one: Uint8Array, other: Uint8Array) => boolean }
  const { timingSafeEqual } = door
  const put = (compare: typeof timingSafeEqual): void => {
    door.timingSafeEqual = compare
    syncBuiltinESMExports()
  }
  put((one, other) => {
    pairs.push([Buffer.from(one), Buffer.from(other)])
    return timingSafeEqual(one, other)
  })
  t.teardown(() => put(timingSafeEqual))
  return pairs
}

/** As it is, as the bytes that base64url stands for, or as its digest. */
const isOf = (secret: string, bytes: Buffer): boolean =>
  [Buffer.from(secret), Buffer.from(secret, 'base64url'), createHash('sha256').update(secret).digest()].some(form =>
    form.equals(bytes),
  )

const compares = (pairs: readonly Pair[], one: string, other: string): boolean =>
  pairs.some(([a, b]) => (isOf(one, a) && isOf(other, b)) || (isOf(one, b) && isOf(other, a)))

/**
 * That the comparison goes through timingSafeEqual, in buffers of one length: it throws for others. Not shown: that nothing around it takes
 * a time that tells (a look-up of who it is, a second comparison), and that there is no place besides these.
 */
for (const [name, find] of Object.entries(PLACES)) {
  t.test(`${name} is compared in constant time`, async t => {
    const { known, wrong, show } = await find(t)
    t.not(wrong, known)
    t.equal(wrong.length, known.length)
    const pairs = watch(t)
    t.equal(await show(wrong), false, 'another one is refused')
    t.ok(compares(pairs, wrong, known), 'and was compared with the one that is known, whole')
    pairs.length = 0
    t.equal(await show(known), true, 'the right one is taken')
    t.ok(compares(pairs, known, known))
  })
}
