/** RFC 9457 section 3, with the members Gatehouse adds. */
export interface ProblemDetails {
  readonly type: string
  readonly title: string
  readonly status: number
  readonly detail: string
  /** One of the closed list of codes. */
  readonly code: string
  /** Finds this refusal in the gateway's log. */
  readonly traceId?: string
}
