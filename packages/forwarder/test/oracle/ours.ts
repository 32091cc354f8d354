import { ResponseReader, type ResponseSink } from '../../src/reader.ts'
import type { Reading } from './undici.ts'

export const LIMITS = { head: 32768, fields: 256, interim: 16 }

/** What the response reader makes of the fragments when the upstream closes after the last; the fault where it refuses them. */
export function readWithOurs(method: string, fragments: readonly Buffer[], limits = LIMITS): Reading | string {
  const reader = new ResponseReader(limits)
  let status = 0
  let fields: string[] = []
  let body = ''
  let reading: Reading | undefined
  const sink: ResponseSink = {
    head(head) {
      status = head.status
      fields = head.fields.map((text, index) => (index % 2 === 0 ? text.toLowerCase() : text))
    },
    body(bytes, from, to) {
      body += bytes.toString('latin1', from, to)
    },
    complete(trailers) {
      reading = { status, fields, body, trailers }
    },
  }
  reader.begin(sink, method === 'HEAD')
  for (const fragment of fragments) {
    const progress = reader.push(Buffer.from(fragment), fragment.length)
    if (progress === 'fault') return reader.fault
    if (progress === 'done') break
  }
  if (reading === undefined) reader.finish()
  return reading ?? reader.fault
}
