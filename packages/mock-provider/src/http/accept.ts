import type { Question } from './message.ts'

/** Whether a request names a media type among those it accepts (RFC 9110 section 12.5.1). Ranges such as `*` are no wish for it. */
export const accepts = ({ headers }: Question, mediaType: string): boolean =>
  (headers.accept ?? '').split(',').some(item => {
    const [name = '', ...parameters] = item.split(';').map(part => part.trim().toLowerCase())
    return name === mediaType && !parameters.some(parameter => /^q=0(?:\.0*)?$/.test(parameter))
  })
