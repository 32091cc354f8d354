import type { Exchange } from '../../http/endpoint.ts'
import type { Answer } from '../../http/message.ts'
import { renderInspector } from '../../ui/inspector/document.ts'
import { readScript, SCRIPTS } from '../../ui/inspector/scripts.ts'
import { INSPECTOR_STYLE } from '../../ui/inspector/style.ts'
import { unknownName } from './call.ts'

/** Its own files and nothing else: no inline script or style, no other origin, and no text that becomes HTML in the page. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  'img-src data:',
  "form-action 'none'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
  "require-trusted-types-for 'script'",
].join('; ')

const file = (contentType: string, body: string): Answer => ({
  status: 200,
  headers: [
    ['content-type', `${contentType}; charset=utf-8`],
    ['cache-control', 'no-store'],
    ['x-content-type-options', 'nosniff'],
    ['referrer-policy', 'no-referrer'],
  ],
  body,
})

/** The page in which people see and change what the control plane offers. */
export function answerInspector({ question, tenant }: Exchange): Answer {
  const html = file('text/html', renderInspector(question.path.replace(/\/+$/, ''), tenant))
  return { ...html, headers: [...html.headers, ['content-security-policy', POLICY], ['vary', 'accept']] }
}

/** Its style sheet and its scripts. */
export function answerInspectorFile(name: string): Answer {
  if (name === 'style.css') return file('text/css', INSPECTOR_STYLE)
  if (SCRIPTS.has(name)) return file('text/javascript', readScript(name))
  return unknownName('file', name, ['style.css', ...SCRIPTS])
}
