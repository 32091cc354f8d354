/** One mistake in a configuration: where, what, and what would be right. */
export interface Problem {
  /** Dotted, with indices: `routes[2].auth.scopes`. Empty for the whole. */
  readonly path: string
  readonly message: string
  readonly allowed?: string
}

/** One line for people: `path: what is wrong (what is allowed)`. */
export const describeProblem = ({ path, message, allowed }: Problem): string =>
  `${path === '' ? '(root)' : path}: ${message}${allowed === undefined ? '' : ` (${allowed})`}`

/** Thrown at construction; lists every mistake at once. */
export class ConfigurationError extends TypeError {
  readonly problems: readonly Problem[]

  constructor(problems: readonly Problem[]) {
    super(problems.map(describeProblem).join('\n'))
    this.name = 'ConfigurationError'
    this.problems = problems
  }
}
