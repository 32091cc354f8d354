import type { IncomingMessage } from 'node:http'

/** Fields of a head. */
const MOST_FIELDS = 256
/** RFC 9110 section 15: what is above is no status, and HTTP/2 is not written with it. */
export const LAST_STATUS = 599
/** What no reason phrase holds (RFC 9112 section 4): the platform's reader lets it through, and its writer throws for it. */
const UNSENDABLE = /[^\t\x20-\x7e\x80-\xff]/

export const isReason = (text = ''): boolean => !UNSENDABLE.test(text)

/**
 * Why the head of an answer can not be believed although `node:http` has read it, for the operator. It is lenient where two readers
 * could disagree about the end of the answer (RFC 9112 section 6.3).
 */
export function findFault(answer: IncomingMessage): string | undefined {
  const { statusCode = 0, statusMessage = '', httpVersion, headers, rawHeaders } = answer
  if (statusCode < 200) return 'switched protocols without being asked'
  if (statusCode > LAST_STATUS) return 'a status that is none'
  if (rawHeaders.length > 2 * MOST_FIELDS) return 'too many fields'
  if (httpVersion !== '1.1' && httpVersion !== '1.0') return 'a version of HTTP that is none'
  if (!isReason(statusMessage)) return 'a control character in the reason phrase'
  const coding = headers['transfer-encoding']?.toLowerCase()
  if (coding !== undefined && coding !== 'chunked') return 'a transfer coding other than chunked'
  if (coding !== undefined && httpVersion === '1.0') return 'Transfer-Encoding in HTTP/1.0'
  if (statusCode === 204 && Number(headers['content-length'] ?? 0) > 0)
    return 'an answer without content that has a length'
  return undefined
}
