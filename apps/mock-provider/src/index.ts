export type { ExitCode, Output } from './commands/command.ts'
export { probeSchema } from './probe/settings.ts'
export { runProgram } from './program.ts'
export { fileSchema } from './schema.ts'
