import { runProgram } from './program.ts'

// Somebody who reads only the first lines (`| head`) ends no provider.
process.stdout.on('error', () => undefined)
// Set, not called: what is still being written to a pipe is written to its end.
process.exitCode = await runProgram(process.argv.slice(2), {
  out: text => process.stdout.write(text),
  error: text => process.stderr.write(text),
})
