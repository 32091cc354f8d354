import { claimsOf } from '../journey.ts'
import { PARAMETERS, requestObject, takesRequest } from './requests.ts'
import { type Scene, SECRET } from './scene.ts'

/** Whether what a member says yes or no to is so. */
type Holds = (scene: Scene) => Promise<boolean>

const takesPlain: Holds = async scene => (await scene.authorize(scene.put())).parameters.has('code')

/** A logout token goes out where a client listens, with the session in it. */
const sendsLogout =
  (isWanted: (claims: Record<string, unknown>) => boolean): Holds =>
  async scene => {
    const heard: string[] = []
    scene.network = async request => {
      heard.push(new URLSearchParams(await request.text()).get('logout_token') ?? '')
      return new Response()
    }
    const client = scene.put({ backchannel_logout_uri: 'https://app.example.com/bye' })
    const { json } = await scene.logIn(client)
    const { sid } = claimsOf(json.id_token)
    await scene.ask(`${scene.address}/_mock/logout`, { method: 'POST', body: JSON.stringify({ sid }) })
    return heard.length === 1 && isWanted(claimsOf(heard[0] ?? ''))
  }

const framesLogout =
  (isFramed: (page: string) => boolean): Holds =>
  async scene => {
    const front = {
      frontchannel_logout_uri: 'https://app.example.com/front',
      frontchannel_logout_session_required: true,
    }
    const client = scene.put({ ...front, redirect_uris: [PARAMETERS.redirect_uri] })
    const { json, cookie } = await scene.logInWithCookie(client)
    const query = new URLSearchParams({ id_token_hint: json.id_token })
    return isFramed((await scene.ask(`${scene.document.end_session_endpoint}?${query}`, { headers: { cookie } })).text)
  }

export const FLAGS: Readonly<Record<string, Holds>> = {
  claims_parameter_supported: async scene => {
    const claims = JSON.stringify({ id_token: { nickname: null } })
    const { json } = await scene.logIn(scene.put(), { claims })
    return Object.hasOwn(claimsOf(json.id_token), 'nickname')
  },
  authorization_response_iss_parameter_supported: async scene =>
    (await scene.authorize(scene.put())).parameters.get('iss') === scene.provider.issuer,
  request_parameter_supported: async scene => {
    const { client, request } = await requestObject(scene, 'ES256')
    return takesRequest(scene, client, { request })
  },
  request_uri_parameter_supported: async scene => {
    const { client, request } = await requestObject(scene, 'ES256')
    scene.network = async () => new Response(request)
    return takesRequest(scene, client, { request_uri: 'https://app.example.com/request.jwt' })
  },
  require_request_uri_registration: async scene => !(await FLAGS.request_uri_parameter_supported?.(scene)),
  require_signed_request_object: async scene => !(await takesPlain(scene)),
  require_pushed_authorization_requests: async scene => !(await takesPlain(scene)),
  backchannel_logout_supported: sendsLogout(({ events }) => events !== undefined),
  backchannel_logout_session_supported: sendsLogout(({ sid }) => typeof sid === 'string'),
  frontchannel_logout_supported: framesLogout(page => page.includes('https://app.example.com/front')),
  frontchannel_logout_session_supported: framesLogout(page => /front\?[^"]*sid=/.test(page)),
  backchannel_user_code_parameter_supported: async scene => {
    const form = { client_id: scene.put(), client_secret: SECRET, scope: 'openid', login_hint: 'carol' }
    const { json } = await scene.post('backchannel_authentication_endpoint', { ...form, user_code: 'wrong' })
    return json.error === 'invalid_user_code'
  },
  tls_client_certificate_bound_access_tokens: async scene => {
    const client = scene.put({ tls_client_certificate_bound_access_tokens: true })
    const form = { client_id: client, client_secret: SECRET, grant_type: 'client_credentials' }
    const { json } = await scene.post('token_endpoint', form, { 'client-cert': scene.certificate })
    return json?.access_token !== undefined && Object.hasOwn(claimsOf(json.access_token), 'cnf')
  },
}
