import { STANDARD } from '../../engine/dialect.ts'
import { json } from '../../http/answers.ts'
import type { Answer } from '../../http/message.ts'
import { explainPreset, findPreset } from '../../presets/index.ts'
import { type Call, type Operations, refuse } from './call.ts'

/** Which identity system a tenant speaks as; null for none. What it issued before stays. */
export const preset: Operations = {
  GET: { handle: tellPreset },
  PUT: {
    body: {
      type: 'object',
      additionalProperties: false,
      required: ['name'],
      description: 'an object with a name',
      properties: { name: { type: ['string', 'null'], description: "a preset's name, or null for none" } },
    },
    handle: putPreset,
  },
  DELETE: {
    handle: call => {
      call.exchange.tenant.speak(STANDARD)
      return tellPreset(call)
    },
  },
}

function putPreset(call: Call): Answer {
  const { name } = call.body
  const found = typeof name === 'string' ? findPreset(name) : undefined
  if (name !== null && found === undefined) {
    const { message, allowed } = explainPreset(name)
    return refuse(`name: ${message} (${allowed})`)
  }
  call.exchange.tenant.speak(found?.dialect ?? STANDARD)
  return tellPreset(call)
}

function tellPreset({ exchange: { tenant } }: Call): Answer {
  const found = findPreset(tenant.dialect.name)
  return json({
    name: found?.name ?? null,
    issuer: tenant.issuer,
    paths: found?.layout.map(({ path, name }) => ({ path, endpoint: name })) ?? [],
  })
}
