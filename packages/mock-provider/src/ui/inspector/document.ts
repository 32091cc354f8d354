import type { Tenant } from '../../engine/tenant.ts'
import { escapeHtml } from '../page.ts'
import { renderClock } from './clock.ts'
import { renderViews, VIEW_NAMES } from './views.ts'

/** The inspector of one tenant; `plane` is the path of its control plane. Everything that changes is filled in by the scripts. */
export function renderInspector(plane: string, { prefix, issuer }: Pick<Tenant, 'prefix' | 'issuer'>): string {
  const file = (name: string): string => escapeHtml(`${plane}/inspector/${name}`)
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Mock provider ${escapeHtml(prefix)}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="${file('style.css')}">
<script type="module" src="${file('main.js')}"></script>
</head>
<body data-plane="${escapeHtml(plane)}" data-prefix="${escapeHtml(prefix)}" data-issuer="${escapeHtml(issuer)}">
<a class="skip" href="#content">Skip to the content</a>
<p class="banner" role="note" data-testid="banner"><strong>This is a mock provider for tests.</strong> Its keys are public and whoever reaches it controls it. Never type a real password here.</p>
<header>
<h1>Inspector</h1>
<p class="issuer"><span class="quiet">Issuer</span> <code data-testid="issuer">${escapeHtml(issuer)}</code></p>
<p class="switch"><label for="tenant-switch">Tenant</label>
<select id="tenant-switch" data-testid="tenant-switch"><option>${escapeHtml(prefix === '' ? '/ (root)' : prefix)}</option></select></p>
<p><label class="check"><input type="checkbox" checked data-testid="live"> Live</label></p>
</header>
<noscript><p class="problem">The inspector needs scripts. The control plane itself needs none: <code>curl ${escapeHtml(plane)}/</code> lists its calls.</p></noscript>
<p class="problem" role="alert" hidden data-testid="live-problem"></p>
<div class="frame">
<div class="side">
<nav aria-label="Views">
<ul>
${VIEW_NAMES.map(([name, title]) => `<li><a href="#${name}" data-testid="go-${name}">${title}</a></li>`).join('\n')}
</ul>
</nav>
${renderClock()}
</div>
<main id="content" tabindex="-1">
${renderViews()}
</main>
</div>
<p role="status" aria-live="polite" class="said" data-testid="status"></p>
</body>
</html>
`
}
