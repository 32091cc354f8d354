import type { Schema } from '@gatehouse/configuration'
import { FLAG, group, named, say, TEXT } from './schema/kinds.ts'
import { TENANT_PROPERTIES } from './schema/tenant.ts'

const pemFiles = group({
  cert: say(TEXT, 'a PEM file, relative to the configuration'),
  key: say(TEXT, 'a PEM file, relative to the configuration'),
  askCertificate: FLAG,
})

/** What a configuration file may hold; shipped as mock-oidc.schema.json. A test compares it with what the library knows. */
export const fileSchema: Schema = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  title: 'Configuration of mock-oidc',
  type: 'object',
  description: 'an object',
  additionalProperties: false,
  properties: {
    $schema: { type: 'string', description: "this schema's address, for editors" },
    host: say(TEXT, 'an address to listen on such as 127.0.0.1'),
    port: { type: 'integer', minimum: 0, maximum: 65_535, description: 'a whole number from 0 to 65535' },
    tls: {
      if: { type: 'boolean' },
      // biome-ignore lint/suspicious/noThenProperty: the keyword of JSON Schema.
      then: FLAG,
      else: pemFiles,
      description: 'true for a generated certificate, or an object with cert, key, askCertificate',
    },
    issuer: { type: 'string', format: 'uri-http', description: 'an http or https URL without query and fragment' },
    seed: say(TEXT, 'text; the same seed and requests give the same bytes'),
    trustForwarded: say(FLAG, 'true or false; whether Forwarded and X-Forwarded-* are believed'),
    ...TENANT_PROPERTIES,
    tenants: named(group(TENANT_PROPERTIES), 'tenants by path prefix such as /team-a'),
  },
}
