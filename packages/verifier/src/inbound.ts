/** The facts of a request that the verifier judges. The shell makes one per request on a guarded route. */
export interface Inbound {
  readonly method: string
  /** Canonical origin-form target with query, as it goes to the upstream. */
  readonly target: string
  /** Name, value, name, value …, as Node's `rawHeaders`: duplicates are visible. */
  readonly rawHeaders: readonly string[]
  /** DER of the client certificate of the TLS connection, or of a trusted proxy's header. Asked only for bound tokens. */
  readonly certificate?: () => Uint8Array | undefined
}
