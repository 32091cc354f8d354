import { endWhole } from '@gatehouse/forwarder'
import type { onSendHookHandler } from 'fastify'
import { isHttp2 } from './inbound.ts'

/**
 * The last of the `onSend` hooks. Writes an answer of the gateway's own itself, head and body in one: Fastify writes them apart, which is felt
 * where refusals come in bursts.
 */
export const sendWhole: onSendHookHandler = (request, reply, payload, done) => {
  if (!Buffer.isBuffer(payload) || isHttp2(request.raw)) {
    done(null, payload)
    return
  }
  const fields: string[] = []
  const headers = reply.getHeaders()
  for (const name in headers) {
    const value = headers[name]
    if (name === 'content-length' || value === undefined) continue
    for (const each of Array.isArray(value) ? value : [value]) fields.push(name, String(each))
  }
  fields.push('content-length', String(payload.length))
  reply.hijack()
  endWhole(
    reply.raw,
    { status: reply.statusCode, reason: '' },
    fields,
    request.method === 'HEAD' ? '' : payload.toString('latin1'),
  )
}
