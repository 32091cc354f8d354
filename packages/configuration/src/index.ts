export { ConfigurationError, describeProblem, type Problem } from './problem.ts'
export { parseDuration } from './duration.ts'
export { nearest } from './nearest.ts'
export { checkShape, type Schema } from './shape.ts'
