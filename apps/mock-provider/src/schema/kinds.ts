import type { Schema } from '@gatehouse/configuration'

/** What an option can be; `description` is what a mistake is answered with. */
export const TEXT: Schema = { type: 'string', minLength: 1, description: 'text' }
export const TEXTS: Schema = { type: 'array', items: TEXT, description: 'a list of texts' }
export const FLAG: Schema = { type: 'boolean', description: 'true or false' }
export const SECONDS: Schema = { type: 'number', minimum: 0, description: 'seconds' }
export const CLAIMS: Schema = { type: 'object', description: 'an object of claims' }
export const ALGORITHM: Schema = { ...TEXT, description: 'a signature algorithm such as RS256' }
export const FORMAT: Schema = { enum: ['jwt', 'opaque'], description: 'jwt or opaque' }
export const DURATION: Schema = {
  type: ['string', 'number'],
  format: 'duration',
  description: 'a duration such as 30s or 1h; a bare number is seconds',
}

export const say = (schema: Schema, description: string): Schema => ({ ...schema, description })

export const words = (...known: readonly string[]): Schema => ({ enum: known, description: known.join(' or ') })

/** An object with these members and no others. */
export const group = (properties: Readonly<Record<string, Schema>>): Schema => ({
  type: 'object',
  description: `an object with ${Object.keys(properties).join(', ')}`,
  additionalProperties: false,
  properties,
})

/** An object with a member of one kind for each name. */
export const named = (item: Schema, description: string): Schema => ({
  type: 'object',
  description,
  additionalProperties: item,
})
