/** What a client answered to something that the provider sent it on its own. */
export interface Delivery {
  readonly client_id: string
  readonly uri: string
  /** It answered 200 or 204. */
  readonly ok: boolean
  readonly status?: number
  /** Why there is no status. */
  readonly error?: string
}
