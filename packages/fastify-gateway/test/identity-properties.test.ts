import type { JsonValue } from '@gatehouse/protocol'
import fc from 'fast-check'
import t from 'tap'
import { encodeValue } from '../src/identity.ts'

const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc
    .array(fc.constantFrom(',', '%', '%2C', ' ', '\r\n', '\u00e9', '\ud83d\ude00', '"', 'a', '\0', '%0'), {
      maxLength: 6,
    })
    .map(parts => parts.join('')),
)
const decode = (value: string): string[] => (value === '' ? [] : value.split(',').map(decodeURIComponent))

t.test('two subjects never become one header, and a header never becomes two', async t => {
  fc.assert(
    fc.property(text, text, (one, other) => {
      const [said, also] = [encodeValue(one), encodeValue(other)]
      if (!/^[ -~]*$/.test(said) || said.trim() !== said) throw new Error(`not a field value: ${said}`)
      if (decodeURIComponent(said) !== one) throw new Error('another text comes back')
      if (one !== other && said === also) throw new Error('two are one')
    }),
    { numRuns: 3000 },
  )
  t.equal(encodeValue('a, b'), 'a, b')
})

t.test('an upstream that splits at commas and decodes has the list that the token has', async t => {
  fc.assert(
    fc.property(fc.array(text), list => {
      const said = encodeValue(list)
      if (!/^[ -~]*$/.test(said)) throw new Error(`not a field value: ${said}`)
      const wanted = list.filter(member => member !== '')
      if (JSON.stringify(decode(said)) !== JSON.stringify(wanted)) throw new Error(`${said} is another list`)
    }),
    { numRuns: 3000 },
  )
  t.equal(encodeValue(['a,b', 'c']), 'a%2Cb,c')
})

t.test('whatever a claim holds, its header is one line of visible ASCII', async t => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 4 }), value => {
      if (!/^[ -~]*$/.test(encodeValue(value as JsonValue))) throw new Error('more than visible ASCII')
    }),
    { numRuns: 2000 },
  )
  t.equal(encodeValue(null), '')
})
