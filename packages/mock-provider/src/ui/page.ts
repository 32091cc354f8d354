import { createHash } from 'node:crypto'
import type { Refusal } from '../engine/refusal.ts'

/** Text as HTML; safe between tags and in quoted attributes. */
export const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, mark => ESCAPES[mark] ?? mark)

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

const STYLE = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif;
  --paper: #fff; --ink: #1b1b1f; --line: #c4c4cc; --strong: #1f5fbf; --on-strong: #fff; --warn: #8a4b00; --warn-paper: #fff4e0; --bad: #b3261e }
@media (prefers-color-scheme: dark) {
  :root { --paper: #17171b; --ink: #ececf1; --line: #4b4b55; --strong: #8ab4f8; --on-strong: #10131a; --warn: #ffd18a; --warn-paper: #33260f; --bad: #f2b8b5 }
}
body { background: var(--paper); color: var(--ink); margin: 0 auto; max-width: 28rem; padding: clamp(1rem, 6vh, 4rem) 1rem 1rem }
.banner { background: var(--warn-paper); border-radius: .5rem; color: var(--warn); font-size: .875rem; margin: 0 0 1.5rem; padding: .5rem .75rem }
h1 { font-size: 1.4rem; margin: 0 0 .5rem }
h2 { font-size: 1rem; margin: 1.5rem 0 0 }
label { display: block; margin-top: .75rem }
label.check { display: flex; gap: .5rem }
input { background: var(--paper); border: 1px solid var(--line); border-radius: .5rem; box-sizing: border-box; color: inherit; font: inherit; padding: .5rem; width: 100% }
.check input { flex: none; height: 1.25rem; margin: .125rem 0; width: 1.25rem }
button { background: transparent; border: 1px solid var(--line); border-radius: .5rem; color: inherit; cursor: pointer; font: inherit; margin-top: .75rem; overflow-wrap: anywhere; padding: .5rem .75rem; text-align: left; width: 100% }
button.main { background: var(--strong); border-color: var(--strong); color: var(--on-strong); text-align: center }
button.aside { border-color: transparent; color: var(--bad); margin-top: 1.25rem; text-align: center }
button.aside:hover { border-color: var(--bad) }
button:hover { border-color: var(--strong) }
button:focus-visible, input:focus-visible { outline: 3px solid var(--strong); outline-offset: 2px }
fieldset { border: 1px solid var(--line); border-radius: .5rem; margin: 1rem 0 0; padding: .5rem .75rem .75rem }
pre { border: 1px solid var(--line); border-radius: .5rem; overflow: auto; padding: .5rem }
small { opacity: .75 }
.problem { border-left: .25rem solid var(--bad); overflow-wrap: anywhere; padding-left: .75rem }
`

/** For the Content-Security-Policy: this style sheet and no other. */
export const STYLE_HASH = `sha256-${createHash('sha256').update(STYLE).digest('base64')}`

/** The frame of every page; `body` is HTML. It says that this is a mock, so that nobody types a real password. */
export const renderPage = (title: string, body: string): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<p class="banner" role="note" data-testid="banner">This is a mock provider for tests. Never type a real password here.</p>
<main>
<h1>${escapeHtml(title)}</h1>
${body}
</main>
</body>
</html>
`

/** The start of a form that goes on with what was put aside. */
export const openForm = (action: string, interaction: string, name: string): string =>
  `<form method="post" action="${escapeHtml(action)}" data-testid="${name}">
<input type="hidden" name="interaction" value="${escapeHtml(interaction)}">`

/** For whom a page asks. */
export const renderClient = (clientId: string): string =>
  `<p>to continue to <strong data-testid="client">${escapeHtml(clientId)}</strong></p>`

/** Set apart, so that nobody takes it for one more user. */
export const DENY_BUTTON =
  '<button type="submit" class="aside" name="action" value="deny" data-testid="deny">Refuse</button>'

export const renderRefusal = ({ error, description }: Refusal): string =>
  renderPage(
    'This does not work',
    `<p class="problem" role="alert" data-testid="problem"><code>${escapeHtml(error)}</code>: ${escapeHtml(description)}</p>`,
  )
