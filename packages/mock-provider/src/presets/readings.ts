import type { Question } from '../http/message.ts'
import type { Reading } from './preset.ts'

const FORM = 'application/x-www-form-urlencoded'

const isForm = ({ headers }: Question): boolean =>
  (headers['content-type'] ?? '').split(';', 1)[0]?.trim().toLowerCase() === FORM

const formOf = (question: Question): URLSearchParams =>
  new URLSearchParams(isForm(question) ? Buffer.from(question.body).toString() : '')

/** The parameters where the standard has them: the form of a POST, else the query. */
export const parametersOf = (question: Question): URLSearchParams =>
  question.method === 'POST' ? formOf(question) : new URLSearchParams(question.query)

/** Every parameter of a request; what the query has wins over the form. */
function allParameters(question: Question): URLSearchParams {
  const all = new URLSearchParams(question.query)
  for (const [name, value] of formOf(question)) if (!all.has(name)) all.append(name, value)
  return all
}

const withHeader = (question: Question, name: string, value: string | undefined): Question => {
  const { [name]: _, ...others } = question.headers
  return { ...question, headers: value === undefined ? others : { ...others, [name]: value } }
}

const withQuery = (question: Question, parameters: URLSearchParams): Question => ({
  ...question,
  query: parameters.toString(),
})

/** Parameters of the query count like those of a form, whatever the body is said to be. */
export const queryAsForm: Reading = question => ({
  ...withHeader(question, 'content-type', FORM),
  query: '',
  body: Buffer.from(allParameters(question).toString()),
})

/** Only these parameters reach the engine's form; a form is sent where there is none. */
export const without =
  (...names: readonly string[]): Reading =>
  question => {
    const inQuery = new URLSearchParams(question.query)
    for (const name of names) inQuery.delete(name)
    if (!isForm(question)) return withQuery(question, inQuery)
    const inForm = new URLSearchParams(Buffer.from(question.body).toString())
    for (const name of names) inForm.delete(name)
    return { ...withQuery(question, inQuery), body: Buffer.from(inForm.toString()) }
  }

/** A parameter by another name, unless it is there by its own. */
export const renamed =
  (from: string, to: string): Reading =>
  question => {
    const query = new URLSearchParams(question.query)
    const value = query.get(from)
    if (value === null || (query.get(to) ?? '') !== '') return question
    query.delete(from)
    query.set(to, value)
    return withQuery(question, query)
  }

/** Where nobody is asked for consent, access while the user is away needs no asking either. */
export const offlineAtWill: Reading = question => {
  const query = new URLSearchParams(question.query)
  const words = (name: string): readonly string[] => (query.get(name) ?? '').split(' ').filter(word => word !== '')
  const prompt = words('prompt')
  if (!words('scope').includes('offline_access') || prompt.includes('consent') || prompt.includes('none'))
    return question
  query.set('prompt', [...prompt, 'consent'].join(' '))
  return withQuery(question, query)
}

/** Rewrites the words of `scope`. */
export const scopes =
  (change: (words: readonly string[]) => readonly string[], fallback = '', separator: string | RegExp = ' '): Reading =>
  question => {
    const query = new URLSearchParams(question.query)
    if (!query.has('client_id')) return question
    const words = (query.get('scope') ?? fallback).split(separator).filter(word => word !== '')
    query.set('scope', change(words).join(' '))
    return withQuery(question, query)
  }

/** The access token may be in the query. */
export const tokenInQuery: Reading = question => {
  const query = new URLSearchParams(question.query)
  const token = query.get('access_token')
  if (token === null || question.headers.authorization !== undefined) return question
  query.delete('access_token')
  return withHeader(withQuery(question, query), 'authorization', `Bearer ${token}`)
}

/** Any word may stand before the token. */
export const anyScheme: Reading = question => {
  const token = question.headers.authorization?.trim().split(/\s+/).at(-1)
  return token === undefined ? question : withHeader(question, 'authorization', `Bearer ${token}`)
}

/** The header is not looked at. */
export const noHeaderCredentials: Reading = question => withHeader(question, 'authorization', undefined)

/** `Basic` counts in this spelling only. */
export const exactBasic: Reading = question => {
  const header = question.headers.authorization
  return header === undefined || header.startsWith('Basic ')
    ? question
    : withHeader(question, 'authorization', undefined)
}

/** A client that may say its name only is taken for the one that knows its secret. */
export const secretOfNamed: Reading = (question, { clients }) => {
  const form = isForm(question) ? new URLSearchParams(Buffer.from(question.body).toString()) : undefined
  const id = form?.get('client_id') ?? ''
  const secret = clients.get(id)?.secret
  const hasShown = question.headers.authorization !== undefined || form?.has('client_secret') === true
  if (form === undefined || secret === undefined || hasShown) return question
  form.set('client_secret', secret)
  return { ...question, body: Buffer.from(form.toString()) }
}

/** A form that has this parameter is a request as if by its query; the parameter is left out. */
export const formAsQuery =
  (mark: string): Reading =>
  question => {
    const form = isForm(question) ? new URLSearchParams(Buffer.from(question.body).toString()) : undefined
    if (form === undefined || !form.has(mark)) return question
    form.delete(mark)
    return { ...withQuery(question, form), method: 'GET', body: new Uint8Array() }
  }
