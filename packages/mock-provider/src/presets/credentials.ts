import type { Question } from '../http/message.ts'
import { parametersOf } from './readings.ts'

/** The credentials that a request shows, in every reading: Basic may be form-encoded or not (RFC 6749 section 2.3.1). */
export function readShownClient(question: Question): readonly { readonly id: string; readonly secret: string }[] {
  const match = /^basic +(\S+)$/i.exec(question.headers.authorization ?? '')
  if (match?.[1] === undefined) {
    const parameters = parametersOf(question)
    return [{ id: parameters.get('client_id') ?? '', secret: parameters.get('client_secret') ?? '' }]
  }
  const text = Buffer.from(match[1], 'base64').toString()
  const colon = text.indexOf(':')
  const raw = { id: text.slice(0, Math.max(0, colon)), secret: text.slice(colon + 1) }
  return [raw, { id: decode(raw.id), secret: decode(raw.secret) }]
}

const decode = (text: string): string => new URLSearchParams(`a=${text.replaceAll('&', '%26')}`).get('a') ?? ''
