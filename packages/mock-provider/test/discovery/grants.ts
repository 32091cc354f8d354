import { makeKey, SECRET, type Works } from './scene.ts'

const DEVICE = 'urn:ietf:params:oauth:grant-type:device_code'
const CIBA = 'urn:openid:params:grant-type:ciba'
const EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange'
const BEARER = 'urn:ietf:params:oauth:grant-type:jwt-bearer'
/** Whether a grant is answered, one way for each there is. */
export const GRANTS: Readonly<Record<string, Works>> = {
  authorization_code: async scene => (await scene.logIn(scene.put())).json?.access_token !== undefined,
  implicit: async scene => {
    const { parameters } = await scene.authorize(scene.put(), { response_type: 'id_token' })
    return parameters.has('id_token')
  },
  refresh_token: async scene => {
    const client = scene.put()
    const { json } = await scene.logIn(client, { scope: 'openid offline_access', prompt: 'consent' })
    const form = { grant_type: 'refresh_token', refresh_token: json?.refresh_token ?? '' }
    return (await scene.redeem(client, form)).json?.access_token !== undefined
  },
  client_credentials: async scene =>
    (await scene.redeem(scene.put(), { grant_type: 'client_credentials', scope: 'a' })).json?.access_token !==
    undefined,
  password: async scene => {
    const form = { grant_type: 'password', username: 'carol', password: 'carol', scope: 'openid' }
    return (await scene.redeem(scene.put(), form)).json?.access_token !== undefined
  },
  [DEVICE]: async scene => {
    const client = scene.put()
    if (scene.document.device_authorization_endpoint === undefined) return false
    const asked = await scene.post('device_authorization_endpoint', { client_id: client, client_secret: SECRET })
    const { device_code } = asked.json ?? {}
    const { json } = await scene.redeem(client, { grant_type: DEVICE, device_code: device_code ?? 'x' })
    return json?.error === 'authorization_pending'
  },
  [CIBA]: async scene => {
    if (scene.document.backchannel_authentication_endpoint === undefined) return false
    const client = scene.put()
    const form = { client_id: client, client_secret: SECRET, scope: 'openid', login_hint: 'carol' }
    const { auth_req_id } = (await scene.post('backchannel_authentication_endpoint', form)).json ?? {}
    const { json } = await scene.redeem(client, { grant_type: CIBA, auth_req_id: auth_req_id ?? 'x' })
    return json?.error === 'authorization_pending'
  },
  [EXCHANGE]: async scene => {
    const subject_token_type = 'urn:ietf:params:oauth:token-type:access_token'
    const form = { grant_type: EXCHANGE, subject_token: await scene.token(), subject_token_type }
    return (await scene.redeem(scene.put(), form)).json?.access_token !== undefined
  },
  [BEARER]: async scene => {
    const { key, jwks } = await makeKey('ES256')
    const client = scene.put({ jwks })
    const { client_assertion } = await scene.assertion(client, key, 'ES256')
    const { json } = await scene.redeem(client, { grant_type: BEARER, assertion: client_assertion ?? '' })
    return json?.access_token !== undefined
  },
}
