import type { Answer } from '../http/message.ts'
import { renderFormPost } from '../ui/form-post.ts'
import { type Bend, type Scene, withHeader } from './row.ts'

type Change = (parameters: URLSearchParams, scene: Scene) => unknown

/** Any of these says that an answer goes back to the client. */
const TOLD = ['code', 'id_token', 'access_token', 'response', 'error']

/** Changes what the user comes back with, in the query, the fragment or the form. `false`: there is nothing to change. */
export const bendRedirect =
  (change: Change): Bend =>
  (answer, scene) => {
    const location = answer.headers.find(([name]) => name === 'location')?.[1]
    if (location !== undefined) {
      const bent = bendLocation(location, parameters => change(parameters, scene))
      return bent === undefined ? undefined : withHeader(answer, 'location', bent)
    }
    return bendForm(answer, parameters => change(parameters, scene))
  }

export const setParameter = (name: string, value: string): Bend =>
  bendRedirect(parameters => (parameters.has('error') ? false : parameters.set(name, value)))

export const dropParameter = (name: string): Bend =>
  bendRedirect(parameters => parameters.has(name) && parameters.delete(name))

function bendLocation(location: string, change: (parameters: URLSearchParams) => unknown): string | undefined {
  const mark = location.includes('#') ? '#' : '?'
  const at = location.indexOf(mark)
  if (at < 0) return undefined
  const parameters = new URLSearchParams(location.slice(at + 1))
  if (!isTold(parameters) || change(parameters) === false) return undefined
  return `${location.slice(0, at)}${mark}${parameters}`
}

const FORM = /<form method="post" action="([^"]*)">/
const INPUT = /<input type="hidden" name="([^"]*)" value="([^"]*)">/g

function bendForm(answer: Answer, change: (parameters: URLSearchParams) => unknown): Answer | undefined {
  const html = typeof answer.body === 'string' ? answer.body : ''
  const action = FORM.exec(html)?.[1]
  if (action === undefined) return undefined
  const parameters = new URLSearchParams(
    [...html.matchAll(INPUT)].map(([, name = '', value = '']): [string, string] => [
      unescapeHtml(name),
      unescapeHtml(value),
    ]),
  )
  if (!isTold(parameters) || change(parameters) === false) return undefined
  return { ...answer, body: renderFormPost(unescapeHtml(action), Object.fromEntries(parameters)) }
}

const isTold = (parameters: URLSearchParams): boolean => TOLD.some(name => parameters.has(name))

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" }

const unescapeHtml = (text: string): string =>
  text.replace(/&(amp|lt|gt|quot|#39);/g, (_, name: string) => ENTITIES[name] ?? '')
