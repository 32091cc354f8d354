import { say } from '../../http/answers.ts'
import type { Answer } from '../../http/message.ts'

/** An exception that nobody caught, as the debugging page shows it. */
export const crash = (name: string): Answer =>
  say(
    500,
    `<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 3.2 Final//EN">
<title>${name} // Werkzeug Debugger</title>
<h1>${name}</h1>
<p>The server encountered an internal error and was unable to complete your request.</p>
`,
    'text/html; charset=utf-8',
  )
