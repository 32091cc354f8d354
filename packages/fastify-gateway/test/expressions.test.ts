import type { ServerResponse } from 'node:http'
import t from 'tap'
import { relayInformation } from '../src/answer.ts'
import { parseCertificate } from '../src/certificate.ts'
import { encodeValue, findClaim } from '../src/identity.ts'

// None of these ends within the timeout of a test file if an expression is tried in more than one way.

t.test('a claim of a million spaces is encoded in one pass', async t => {
  const spaces = ' '.repeat(1_000_000)
  t.ok(encodeValue(`é${spaces}b`) === `%C3%A9${spaces}b`)
  t.ok(encodeValue(`${spaces}`) === '%20'.repeat(1_000_000))
  t.ok(encodeValue(`b${spaces}`) === `b${'%20'.repeat(1_000_000)}`)
})

/** A response of HTTP/1.1 that writes hints down. */
function hinted(link: string): string[] {
  const written: string[] = []
  const response = {
    headersSent: false,
    req: { httpVersion: '1.1' },
    writeEarlyHints: ({ link }: { link: string[] }) => written.push(...link),
  }
  relayInformation(response as unknown as ServerResponse, 103, ['Link', link])
  return written
}

t.test('hints that an upstream writes to be read in many ways are dropped at once', async t => {
  for (const end of ['"', ';x="a b"', ';x="a;b"', ';x="', ' y', ', ,']) {
    t.same(hinted(`<a>${';xx'.repeat(2_000)}${end}`), [], `names, then ${end}`)
    t.same(hinted(`<a>${';x=y'.repeat(2_000)}${end}`), [], `values, then ${end}`)
  }
  t.same(hinted('</a>; rel=preload; as="style", </b>;crossorigin'), [
    '</a>; rel=preload; as="style"',
    '</b>;crossorigin',
  ])
})

t.test('a pointer finds the elements of an array and not its length', async t => {
  t.equal(findClaim({ roles: ['a', 'b'] }, ['roles', '1']), 'b')
  t.equal(findClaim({ roles: ['a', 'b'] }, ['roles', 'length']), undefined)
  t.equal(findClaim({ roles: { length: 7 } }, ['roles', 'length']), 7)
})

t.test('what a proxy says of a certificate is read once, whatever quotes are left open in it', async t => {
  for (const open of ['"', '\\"', 'Cert="', 'By=x;Cert="', 'Cert=']) {
    t.equal(parseCertificate(open + '\\"'.repeat(200_000)), undefined, `${open} and quotes`)
    t.equal(parseCertificate(`${open}${' '.repeat(400_000)}"x"`), undefined, `${open} and blanks`)
  }
})
