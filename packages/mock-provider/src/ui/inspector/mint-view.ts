import { ALGORITHM_NAMES } from '../../engine/algorithms.ts'
import { renderArea, renderInput, renderProblem, renderSelect } from './parts.ts'

const FORM = `<form data-testid="mint-form">
<div class="grid">
${renderSelect('mint-kind', 'Kind', [
  ['access', 'access token'],
  ['id', 'ID token'],
  ['refresh', 'refresh token'],
  ['logout', 'logout token'],
])}
${renderSelect('mint-format', 'Format', [
  ['', 'as the tenant has it'],
  ['jwt', 'JWT'],
  ['opaque', 'opaque'],
])}
${renderInput('mint-sub', 'Subject', 'alice', 'list="known-users"')}
${renderInput('mint-client_id', 'Client', 'demo', 'list="known-clients"')}
${renderInput('mint-scope', 'Scope', 'orders:read orders:write')}
${renderInput('mint-audience', 'Audience', 'https://api.example.com')}
${renderInput('mint-lifetime', 'Lifetime', '1h')}
${renderSelect('mint-alg', 'Algorithm', [['', 'as the tenant has it'], ...ALGORITHM_NAMES])}
</div>
<datalist id="known-users" data-testid="known-users"></datalist>
<datalist id="known-clients" data-testid="known-clients"></datalist>
<div class="grid wide">
${renderArea('mint-claims', 'Claims <small>(JSON, over those there would be; null takes one out)</small>', 3, '{ &quot;groups&quot;: [&quot;admins&quot;] }')}
${renderArea('mint-header', 'Header <small>(JSON, likewise)</small>', 3, '{ &quot;typ&quot;: null }')}
</div>
${renderSelect('mint-defect', 'Broken on purpose', [['', 'nothing: a good token']])}
<p class="quiet" aria-live="polite" data-testid="mint-defect-say"></p>
<button type="submit" class="main" data-testid="mint">Make the token</button>
</form>
${renderProblem('mint')}`

const renderPart = (name: string, title: string): string => `<div data-testid="${name}-part">
<h3 id="${name}-title">${title}</h3>
<table class="members" aria-labelledby="${name}-title"><tbody data-testid="${name}-rows"></tbody></table>
<pre data-testid="${name}-raw" hidden></pre>
</div>`

const RESULT = `<form data-testid="token-form">
${renderArea('token', 'Token <small>(made above, or any that you have)</small>', 4)}
<div class="bar" data-testid="token-actions"><button type="submit" data-testid="read-token">Decode and verify</button></div>
</form>
${renderProblem('token')}
<div data-testid="token-result" hidden>
<pre class="token" data-testid="token-parts" aria-hidden="true"></pre>
<p class="quiet" data-testid="token-life"></p>
<h3>Verified</h3>
<ul class="checks" data-testid="checks"></ul>
${renderPart('header', 'Header')}
${renderPart('claims', 'Claims')}
</div>`

/** A token is made, decoded, explained, verified, and broken on purpose. */
export const renderMint = (): string => `${FORM}\n<hr>\n${RESULT}`
