import type { JsonObject } from '@gatehouse/protocol'
import type { Refusal } from '../engine/refusal.ts'
import { STYLE_HASH } from '../ui/page.ts'
import type { Answer } from './message.ts'

type Headers = Answer['headers']

/** RFC 6749 section 5.1: what may hold a token is stored nowhere. */
const NO_STORE: Headers = [
  ['cache-control', 'no-store'],
  ['pragma', 'no-cache'],
]
const JSON_HEADERS: Headers = [['content-type', 'application/json'], ...NO_STORE]

export const json = (value: unknown, status = 200, headers: Headers = []): Answer => ({
  status,
  headers: headers.length === 0 ? JSON_HEADERS : [...JSON_HEADERS, ...headers],
  body: JSON.stringify(value),
})

/** One JWT and nothing around it. */
export const token = (body: string, contentType: string): Answer => ({
  status: 200,
  headers: [['content-type', contentType], ...NO_STORE],
  body,
})

/** Exactly this and nothing more: a text is HTML unless `type` says otherwise, an empty one has no type. */
export function say(
  status: number,
  body: JsonObject | string,
  type?: string,
  headers: Readonly<Record<string, string>> = {},
): Answer {
  const fallback = body === '' ? undefined : typeof body === 'string' ? 'text/html; charset=utf-8' : 'application/json'
  const contentType = type ?? fallback
  return {
    status,
    headers: [
      ...(contentType === undefined ? [] : [['content-type', contentType] as const]),
      ...Object.entries(headers),
    ],
    body: typeof body === 'string' ? body : JSON.stringify(body),
  }
}

/** Facts that anybody may know and keep for a while: metadata and keys. */
export const publicJson = (value: unknown, contentType = 'application/json'): Answer => ({
  status: 200,
  headers: [
    ['content-type', contentType],
    ['cache-control', 'no-cache'],
  ],
  body: JSON.stringify(value),
})

export const empty = (status = 200, headers: Headers = []): Answer => ({
  status,
  headers: [...NO_STORE, ...headers],
  body: '',
})

/** The error document of RFC 6749 section 5.2. The only place where a refusal becomes an answer. */
export const refused = ({ error, description, status, challenge }: Refusal): Answer =>
  json(
    { error, error_description: description },
    status,
    challenge === undefined ? [] : [['www-authenticate', challenge]],
  )

/** 303, so that a login by POST is never repeated at the client with the password in it (RFC 9700 section 4.12). */
export const redirect = (location: string, headers: Headers = []): Answer => ({
  status: 303,
  headers: [['location', location], ...NO_STORE, ...headers],
  body: '',
})

/** A page: never framed, never kept, and no other script than the one whose hash is given runs in it; `frames` are origins that it may show. */
export const page = (
  html: string,
  status = 200,
  headers: Headers = [],
  scriptHash?: string,
  frames: readonly string[] = [],
): Answer => ({
  status,
  headers: [
    ['content-type', 'text/html; charset=utf-8'],
    ...NO_STORE,
    ['content-security-policy', contentPolicy(scriptHash, frames)],
    ['x-content-type-options', 'nosniff'],
    ['referrer-policy', 'no-referrer'],
    ...headers,
  ],
  body: html,
})

const contentPolicy = (scriptHash: string | undefined, frames: readonly string[]): string =>
  [
    "default-src 'none'",
    `style-src '${STYLE_HASH}'`,
    "frame-ancestors 'none'",
    "base-uri 'none'",
    ...(scriptHash === undefined ? [] : [`script-src '${scriptHash}'`]),
    ...(frames.length === 0 ? [] : [`frame-src ${[...new Set(frames)].join(' ')}`]),
  ].join('; ')
