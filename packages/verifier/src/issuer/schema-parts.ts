import type { Schema } from '@gatehouse/configuration'

export const object = (description: string, properties: Schema, more: Schema = {}): Schema => ({
  type: 'object',
  additionalProperties: false,
  description,
  properties,
  ...more,
})
export const oneOf = (...values: readonly string[]): Schema => ({
  type: 'string',
  enum: values,
  description: `one of ${values.join(', ')}`,
})
export const flag = (description: string): Schema => ({ type: 'boolean', description: `true or false: ${description}` })
export const text = (description: string): Schema => ({ type: 'string', minLength: 1, description })
export const textOrNull = (description: string): Schema => ({ type: ['string', 'null'], minLength: 1, description })
export const duration = (description: string): Schema => ({
  type: ['string', 'number'],
  minimum: 0,
  format: 'duration',
  description: `a duration such as 250ms, 30s, 10m, 24h, or seconds: ${description}`,
})
export const whole = (description: string, minimum: number, maximum: number): Schema => ({
  type: 'integer',
  minimum,
  maximum,
  description,
})
