import type { Schema } from '@gatehouse/configuration'

export const object = (description: string, properties: Schema, required: readonly string[] = []): Schema => ({
  type: 'object',
  description,
  additionalProperties: false,
  properties,
  ...(required.length === 0 ? {} : { required }),
})
export const text = (description: string): Schema => ({ type: 'string', minLength: 1, description })
export const texts = (description: string, items: string): Schema => ({
  type: 'array',
  minItems: 1,
  uniqueItems: true,
  description,
  items: text(items),
})
export const flag = (description: string): Schema => ({ type: 'boolean', description })
export const duration = (description: string, fallback: string): Schema => ({
  type: ['string', 'number'],
  format: 'duration',
  minimum: 0,
  default: fallback,
  description: `${description}: a duration such as 250ms, 30s or 10m, or a number of seconds; 0s is for ever; default ${fallback}`,
})
export const whole = (description: string, minimum: number, maximum: number, fallback: number): Schema => ({
  type: 'integer',
  minimum,
  maximum,
  default: fallback,
  description: `${description}: a whole number from ${minimum} to ${maximum}; default ${fallback}`,
})

export const oneOrMore = (description: string): Schema => ({
  type: ['string', 'array'],
  minLength: 1,
  minItems: 1,
  items: text('a string that is not empty'),
  description,
})

export const grant: Schema = {
  audience: oneOrMore('logical names of what the token is for: a string or a list of them'),
  scope: oneOrMore('scopes of the token: a string or a list of them'),
  resource: oneOrMore('absolute URIs of what the token is for: a string or a list of them'),
}

export const lifetime: Schema = {
  ...duration('how long a token lives', '60s'),
  description: 'how long a token lives: a duration from 10s to 1h; default 60s',
}
