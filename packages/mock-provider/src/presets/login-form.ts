import { authorize } from '../endpoints/authorize/index.ts'
import type { Endpoint } from '../http/endpoint.ts'

/** The authorization endpoint's pages at a path of their own. */
export const loginForm: Endpoint = { ...authorize, name: 'login' }
