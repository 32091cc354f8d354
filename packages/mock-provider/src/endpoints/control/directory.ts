import type { Api } from '../../engine/apis.ts'
import type { Client } from '../../engine/clients.ts'
import { Refusal } from '../../engine/refusal.ts'
import type { Registry } from '../../engine/registry.ts'
import type { Tenant } from '../../engine/tenant.ts'
import type { User } from '../../engine/users.ts'
import { json, refused } from '../../http/answers.ts'
import type { Answer } from '../../http/message.ts'
import { ANY_OBJECT, type Call, type Operations, refuse, unknownName } from './call.ts'

/** A kind of thing that a tenant knows by name. Shown with its secrets, so that what was read can be changed and put back. */
interface Directory<T> {
  readonly kind: string
  /** The member that carries the name; in a PUT it may be left out, and may not differ from the path. */
  readonly key: string
  readonly of: (tenant: Tenant) => Registry<T>
  readonly show: (item: T) => object
}

const USERS: Directory<User> = { kind: 'user', key: 'sub', of: tenant => tenant.users, show: user => user }
const CLIENTS: Directory<Client> = { kind: 'client', key: 'client_id', of: tenant => tenant.clients, show: showClient }
const APIS: Directory<Api> = { kind: 'API', key: 'id', of: tenant => tenant.apis, show: api => api }

function showClient({ metadata, secret }: Client): object {
  return secret === undefined ? metadata : { ...metadata, client_secret: secret }
}

const all = <T>({ of, show }: Directory<T>): Operations => ({
  GET: { handle: ({ exchange }) => json([...of(exchange.tenant).entries()].map(([, item]) => show(item))) },
})

const byName = <T>(directory: Directory<T>): Operations => ({
  GET: { handle: call => findItem(call, directory, item => directory.show(item)) },
  PUT: { body: ANY_OBJECT, handle: call => putItem(call, directory) },
  DELETE: {
    handle: call =>
      findItem(call, directory, () => {
        directory.of(call.exchange.tenant).delete(call.name)
        return {}
      }),
  },
})

function findItem<T>({ exchange, name }: Call, { kind, of }: Directory<T>, show: (item: T) => object): Answer {
  const registry = of(exchange.tenant)
  const item = registry.get(name)
  if (item !== undefined) return json(show(item))
  return unknownName(
    kind,
    name,
    Array.from(registry.entries(), ([id]) => id),
  )
}

function putItem<T>({ exchange, name, body }: Call, { key, of, show }: Directory<T>): Answer {
  const { [key]: own, ...value } = body
  if (own !== undefined && own !== name) return refuse(`${key}: is not the one of the path`)
  const put = of(exchange.tenant).put(name, value)
  return put instanceof Refusal ? refused(put) : json(show(put))
}

export const users = all(USERS)
export const usersByName = byName(USERS)
export const clients = all(CLIENTS)
export const clientsByName = byName(CLIENTS)
export const apis = all(APIS)
export const apisByName = byName(APIS)
