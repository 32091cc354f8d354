import type { Revocation } from '@gatehouse/fastify-gateway'
import type { Denial, IssuerStatus, Novelty, TlsMaterial } from '@gatehouse/verifier'
import type { Sample } from '../observe/tally.ts'
import type { Served } from '../server/serving.ts'

/** A public document of an identity provider, as a worker wants it asked for. */
export interface DocumentRequest {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly tls?: TlsMaterial
}

/** What the provider answered; the body is base64. Not ok: nothing readable came back. */
export type DocumentAnswer =
  | {
      readonly ok: true
      readonly status: number
      readonly headers: readonly (readonly [string, string])[]
      readonly body: string
    }
  | { readonly ok: false }

/** From the primary. Everything is JSON; `gatehouse` tells it from the runtime's own messages. */
export type ToWorker =
  | {
      readonly gatehouse: 'start'
      readonly slot: number
      readonly level: string
      readonly served: Served
      readonly denials: readonly Denial[]
      /** What all workers make their DPoP nonces from; base64url. */
      readonly nonceSecret: string
    }
  | { readonly gatehouse: 'deny'; readonly denials: readonly Denial[] }
  | { readonly gatehouse: 'lift'; readonly revocation: Revocation }
  | { readonly gatehouse: 'report'; readonly id: number }
  | { readonly gatehouse: 'answer'; readonly id: number; readonly answer: DocumentAnswer }
  | { readonly gatehouse: 'remembered'; readonly id: number; readonly novelty: Novelty }
  | { readonly gatehouse: 'stop' }

/** From a worker. */
export type ToPrimary =
  | { readonly gatehouse: 'hello' }
  | { readonly gatehouse: 'listening'; readonly port: number }
  /** It can not start, and why, as a sentence for the operator. */
  | { readonly gatehouse: 'failed'; readonly sentence: string }
  | { readonly gatehouse: 'counted'; readonly samples: readonly Sample[] }
  | ({ readonly gatehouse: 'reported'; readonly id: number } & Report)
  | { readonly gatehouse: 'ask'; readonly id: number; readonly request: DocumentRequest }
  | { readonly gatehouse: 'forget'; readonly id: number }
  /** A DPoP proof, by its digest, is used at `now`, and to be remembered for `period` seconds. */
  | {
      readonly gatehouse: 'use'
      readonly id: number
      readonly digest: string
      readonly period: number
      readonly now: number
    }
  | { readonly gatehouse: 'revoked'; readonly denials: readonly Denial[] }
  /** Nobody new gets in. */
  | { readonly gatehouse: 'draining' }
  | { readonly gatehouse: 'stopped'; readonly cut: number; readonly samples: readonly Sample[] }

export interface Report {
  readonly samples: readonly Sample[]
  readonly issuers: readonly IssuerStatus[]
}

/** The other side is ours: what has the mark has the shape. */
export const isMessage = <M extends ToWorker | ToPrimary>(value: unknown): value is M =>
  typeof value === 'object' && value !== null && 'gatehouse' in value && typeof value.gatehouse === 'string'
