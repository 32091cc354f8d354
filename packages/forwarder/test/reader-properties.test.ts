import fc from 'fast-check'
import t from 'tap'
import { ResponseReader } from '../src/reader.ts'
import { LIMITS } from './oracle/ours.ts'

interface Written {
  readonly status: number
  readonly value: string
  readonly body: string
  readonly framing: 'length' | 'chunks'
  readonly sizes: readonly number[]
}

const bytes = fc.string({
  unit: fc.integer({ min: 0, max: 255 }).map(code => String.fromCharCode(code)),
  maxLength: 60,
})
const written: fc.Arbitrary<Written> = fc.record({
  status: fc.constantFrom(200, 201, 404, 503),
  value: fc.stringMatching(/^[!-~](?:[ -~]*[!-~])?$/),
  // Bodies that look like the next response, too.
  body: fc.oneof(bytes, fc.constantFrom('HTTP/1.1 200 OK\r\n\r\n', '0\r\n\r\n', '\r\n')),
  framing: fc.constantFrom('length', 'chunks'),
  sizes: fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 4 }),
})

function write({ status, value, body, framing, sizes }: Written): string {
  const head = `HTTP/1.1 ${status} Said\r\nX-Value: ${value}\r\n`
  if (framing === 'length') return `${head}Content-Length: ${body.length}\r\n\r\n${body}`
  let chunks = ''
  for (let at = 0, turn = 0; at < body.length; turn++) {
    const piece = body.slice(at, at + (sizes[turn % sizes.length] ?? 1))
    chunks += `${piece.length.toString(16)}\r\n${piece}\r\n`
    at += piece.length
  }
  return `${head}Transfer-Encoding: chunked\r\n\r\n${chunks}0\r\n\r\n`
}

t.test('responses one after another over one connection are read as written, wherever they are cut', async t => {
  fc.assert(
    fc.property(
      fc.array(written, { minLength: 1, maxLength: 5 }),
      fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 }),
      (all, cuts) => {
        const reader = new ResponseReader(LIMITS)
        for (const one of all) {
          const text = write(one)
          const read = { status: 0, value: '', body: '', ends: 0 }
          reader.begin(
            {
              head: ({ status, fields }) => Object.assign(read, { status, value: fields[1] }),
              body: (part, from, to) => {
                read.body += part.toString('latin1', from, to)
              },
              complete: () => {
                read.ends += 1
              },
            },
            false,
          )
          let progress = 'more'
          for (let at = 0, turn = 0; at < text.length; turn++) {
            if (progress !== 'more') throw new Error(`${progress} before the end: ${reader.fault}`)
            const piece = Buffer.from(text.slice(at, at + (cuts[turn % cuts.length] ?? 1)), 'latin1')
            progress = reader.push(piece, piece.length)
            // Bytes are only lent.
            piece.fill(0x58)
            at += piece.length
          }
          const { status, value, body } = one
          if (progress !== 'done' || reader.surplus !== 0) throw new Error(`${progress}, ${reader.surplus} left`)
          if (JSON.stringify(read) !== JSON.stringify({ status, value, body, ends: 1 }))
            throw new Error('read otherwise')
        }
      },
    ),
    { numRuns: 800 },
  )
  t.pass('each of them')
})

t.test('a byte after the end of a response is surplus, whatever it is, and never a part of it', async t => {
  fc.assert(
    fc.property(
      written,
      bytes.filter(text => text !== ''),
      (one, more) => {
        const reader = new ResponseReader(LIMITS)
        let body = ''
        reader.begin(
          {
            head: () => undefined,
            body: (part, from, to) => {
              body += part.toString('latin1', from, to)
            },
            complete: () => undefined,
          },
          false,
        )
        const all = Buffer.from(write(one) + more, 'latin1')
        if (reader.push(all, all.length) !== 'done') throw new Error(reader.fault)
        if (reader.surplus !== more.length || body !== one.body) throw new Error(`${reader.surplus} of ${more.length}`)
      },
    ),
    { numRuns: 800 },
  )
  t.pass('each of them')
})
