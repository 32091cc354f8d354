import type { Schema } from '@gatehouse/configuration'
import { gatewaySchema } from '@gatehouse/fastify-gateway'
import { adminSchema, serverSchema } from '../server/schema.ts'

/** The whole configuration file as JSON Schema draft-07. `gatehouse.schema.json` is this, written out. */
export const configurationSchema: Schema = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  title: 'Gatehouse gateway configuration',
  type: 'object',
  additionalProperties: false,
  required: gatewaySchema.required,
  properties: {
    $schema: { type: 'string', description: 'the place of this schema, for editors' },
    server: serverSchema,
    admin: adminSchema,
    ...(gatewaySchema.properties as object),
  },
}

/** Only the names of the sections: each is judged by its owner. */
export const sectionsSchema: Schema = {
  type: 'object',
  additionalProperties: false,
  properties: Object.fromEntries(Object.keys(configurationSchema.properties as object).map(name => [name, {}])),
}
