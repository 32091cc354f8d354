import { createHash } from 'node:crypto'
import { isSecret } from '../../engine/secret.ts'
import type { Code } from '../../engine/store.ts'
import { say } from '../../http/answers.ts'
import type { Answer } from '../../http/message.ts'
import type { Call, Reading } from '../preset.ts'

/** Beyond RFC 7636: longer hashes of the verifier. */
const HASHES: Readonly<Record<string, string>> = { S384: 'sha384', S512: 'sha512' }

const challenges = new WeakMap<Code, { readonly hash: string; readonly value: string }>()

/** The engine knows neither: it sees a request without PKCE. */
export const withoutLongHashes: Reading = question => {
  const query = new URLSearchParams(question.query)
  if (!Object.hasOwn(HASHES, query.get('code_challenge_method') ?? '')) return question
  query.delete('code_challenge')
  query.delete('code_challenge_method')
  return { ...question, query: query.toString() }
}

/** Keeps the challenge for the code that was just given. */
export function rememberChallenge(query: string, code: Code | undefined): void {
  const asked = new URLSearchParams(query)
  const hash = HASHES[asked.get('code_challenge_method') ?? '']
  const value = asked.get('code_challenge')
  if (code !== undefined && hash !== undefined && value !== null) challenges.set(code, { hash, value })
}

export const checkVerifier = ({ tenant, original, parameters }: Call): Answer | undefined => {
  const code = tenant.store.codes.get(parameters.get('code') ?? '')
  const challenge = code === undefined ? undefined : challenges.get(code)
  if (challenge === undefined) return undefined
  const verifier = new URLSearchParams(Buffer.from(original.body).toString()).get('code_verifier')
  if (verifier === null) return refuse('Missing code_verifier')
  const made = createHash(challenge.hash).update(verifier).digest('base64url')
  return isSecret(made, challenge.value) ? undefined : refuse('PKCE check failed')
}

/** A verifier that the engine has no challenge for would be a downgrade to it. */
export const withoutLongVerifier: Reading = (question, tenant) => {
  const form = new URLSearchParams(Buffer.from(question.body).toString())
  const code = tenant.store.codes.get(form.get('code') ?? '')
  if (code === undefined || !challenges.has(code)) return question
  form.delete('code_verifier')
  return { ...question, body: Buffer.from(form.toString()) }
}

const refuse = (error_description: string): Answer =>
  say(400, { error: 'invalid_grant', error_description }, 'text/html; charset=utf-8')
