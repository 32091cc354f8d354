import { nearest } from '@gatehouse/configuration'
import type { Answer } from '../../http/message.ts'
import { type Call, type Operations, refuse } from './call.ts'

/** The presets that a tenant can be given. */
export const PRESET_NAMES: readonly string[] = []

export const preset: Operations = {
  PUT: {
    body: {
      type: 'object',
      additionalProperties: false,
      required: ['name'],
      description: 'an object with a name',
      properties: { name: { type: 'string', description: "a preset's name" } },
    },
    handle: refusePreset,
  },
}

function refusePreset({ body }: Call): Answer {
  const meant = nearest(String(body.name), PRESET_NAMES)
  const known = PRESET_NAMES.length === 0 ? 'this version has none' : `one of ${PRESET_NAMES.join(', ')}`
  return refuse(`name: is no preset${meant === undefined ? '' : `, did you mean ${meant}?`} (${known})`)
}
