import { endWhole } from '@gatehouse/forwarder'
import type { onSendHookHandler } from 'fastify'
import { addFields } from './fields.ts'
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
  addFields(fields, reply.getHeaders(), 'content-length')
  fields.push('content-length', String(payload.length))
  reply.hijack()
  endWhole(
    reply.raw,
    { status: reply.statusCode, reason: '' },
    fields,
    request.method === 'HEAD' ? '' : payload.toString('latin1'),
  )
}
