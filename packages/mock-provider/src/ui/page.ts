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
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif }
body { margin: 0 auto; max-width: 26rem; padding: 2rem 1rem }
h1 { font-size: 1.3rem }
label { display: block; margin-top: .75rem }
input { box-sizing: border-box; font: inherit; padding: .5rem; width: 100% }
button { cursor: pointer; font: inherit; margin-top: .75rem; padding: .5rem; text-align: left; width: 100% }
small { opacity: .75 }
.problem { border-left: .25rem solid #c00; padding-left: .75rem }
`

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
<main>
<h1>${escapeHtml(title)}</h1>
${body}
</main>
<p><small>This is a mock provider for tests. Never type a real password here.</small></p>
</body>
</html>
`

export const renderRefusal = ({ error, description }: Refusal): string =>
  renderPage(
    'This does not work',
    `<p class="problem" role="alert"><code>${escapeHtml(error)}</code>: ${escapeHtml(description)}</p>`,
  )
