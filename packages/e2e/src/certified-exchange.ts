import { errors, type default as Provider, type ResourceServer } from 'oidc-provider'

export const EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange'
const ACCESS_TOKEN = 'urn:ietf:params:oauth:token-type:access_token'

const PARAMETERS = ['subject_token', 'subject_token_type', 'requested_token_type', 'audience', 'resource', 'scope']

/**
 * Teaches a provider RFC 8693, which it does not bring along: for an opaque token of its own it gives one for another resource, in the name
 * of the client that asks. What is certified of it stays: client authentication, resources, the token and its signature.
 */
export function registerTokenExchange(provider: Provider, describe: (resource: string) => ResourceServer): void {
  provider.registerGrantType(
    EXCHANGE,
    async context => {
      const { client, params } = context.oidc
      const { subject_token: subject, subject_token_type: type, resource, scope } = params ?? {}
      if (
        client === undefined ||
        typeof resource !== 'string' ||
        type !== ACCESS_TOKEN ||
        typeof subject !== 'string'
      ) {
        throw new errors.InvalidRequest('subject_token, its type and one resource are required')
      }
      const found = await provider.ClientCredentials.find(subject)
      if (found === undefined || found.isExpired) throw new errors.InvalidGrant('the subject token is not good')
      const resourceServer = new provider.ResourceServer(resource, describe(resource))
      const token = new provider.ClientCredentials({ client, resourceServer, scope: String(scope) })
      context.body = {
        access_token: await token.save(),
        issued_token_type: ACCESS_TOKEN,
        token_type: 'Bearer',
        expires_in: token.expiration,
        scope: token.scope,
      }
    },
    PARAMETERS,
  )
}
