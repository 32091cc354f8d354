import { ENDPOINT_NAMES } from '../../engine/endpoint-names.ts'
import { renderMint } from './mint-view.ts'
import { renderArea, renderInput, renderProblem, renderSelect, renderTable } from './parts.ts'

export const VIEW_NAMES = [
  ['journal', 'Journal'],
  ['mint', 'Mint'],
  ['defects', 'Defects'],
  ['keys', 'Keys'],
  ['users', 'Users'],
  ['clients', 'Clients'],
  ['apis', 'APIs'],
  ['faults', 'Faults'],
  ['tenants', 'Tenants'],
] as const

type ViewName = (typeof VIEW_NAMES)[number][0]

const ENDPOINT_CHOICES = [['', 'every endpoint'] as const, ...ENDPOINT_NAMES]

const JOURNAL = `<div class="bar">
${renderSelect('journal-endpoint', 'Endpoint', ENDPOINT_CHOICES)}
<label class="check"><input type="checkbox" data-testid="journal-only"> With findings only</label>
<button type="button" data-testid="journal-clear">Clear</button>
</div>
${renderProblem('journal')}
${renderTable('journal', 'Requests, the newest first', ['No.', 'Time', 'Request', 'Client', 'Answer', 'Findings'])}
<p class="quiet" data-testid="journal-more"></p>`

const DEFECTS = `<p>Every named way in which a token or an answer can be wrong, and what a correct receiver does with it.</p>
<div class="bar">${renderInput('defects-filter', 'Search', 'expired, alg, aud …', 'type="search"')}</div>
${renderProblem('defects')}
${renderTable('defects', 'Defects', ['Name', 'What is wrong', 'A correct receiver', 'Says', ''])}
<p class="quiet" role="status" data-testid="defects-more"></p>`

const KEYS = `<form class="bar" data-testid="rotate-form">
${renderSelect('rotate-alg', 'Algorithm', ['RS256', ['RSA', 'RSA (RS384, RS512, PS*)'], 'ES256', 'ES384', 'ES512', 'EdDSA'])}
${renderSelect('rotate-publish', 'In the JWKS', [
  ['now', 'now'],
  ['late', 'a minute late'],
  ['never', 'never'],
])}
<label class="check"><input type="checkbox" data-testid="rotate-retire"> Take the old ones out</label>
<button type="submit" class="main" data-testid="rotate">Rotate</button>
</form>
${renderProblem('keys')}
${renderTable('keys', 'Keys', ['Algorithm', 'kid', 'Use', 'Published'])}`

const FAULTS = `<p>A fault makes an endpoint answer wrongly, late or not at all. The control plane is never faulted.</p>
<form data-testid="fault-form">
${renderSelect('fault-misbehaviour', 'Misbehaviour', [['', 'none: what is written below']])}
<p class="quiet" aria-live="polite" data-testid="fault-misbehaviour-say"></p>
<div class="grid">
${renderSelect('fault-endpoint', 'Endpoint', ENDPOINT_CHOICES)}
${renderInput('fault-status', 'Status', '503', 'inputmode="numeric"')}
${renderInput('fault-times', 'Times', 'every time', 'inputmode="numeric"')}
${renderInput('fault-skip', 'After so many calls', '0', 'inputmode="numeric"')}
${renderInput('fault-delay', 'Delay', '250ms')}
</div>
<div class="bar">
<label class="check"><input type="checkbox" data-testid="fault-reset"> Break the connection</label>
<label class="check"><input type="checkbox" data-testid="fault-truncate"> Cut the answer in half</label>
</div>
${renderArea('fault-more', 'More, as JSON <small>(match, headers, body, …)</small>', 3, '{ &quot;match&quot;: { &quot;client_id&quot;: &quot;demo&quot; } }')}
<div class="bar"><button type="submit" class="main" data-testid="fault-add">Add the fault</button>
<button type="button" data-testid="faults-clear">Clear all</button></div>
</form>
${renderProblem('faults')}
${renderTable('faults', 'Faults in force', ['Endpoint', 'What happens', 'Met', 'Left', ''])}`

const TENANTS = `<p>Every path prefix is a tenant with a world of its own, made on first use.</p>
<form class="bar" data-testid="tenant-form">
${renderInput('tenant-name', 'Path prefix', 'team/a', 'required')}
<button type="submit" data-testid="tenant-go">Open or make</button>
<button type="button" class="danger" data-testid="reset">Reset this tenant</button>
</form>
${renderProblem('tenants')}
${renderTable('tenants', 'Tenants', ['Prefix', 'Issuer', 'System', 'Users', 'Clients', 'Faults', 'Requests'])}
<p class="quiet" data-testid="tenants-more"></p>`

/** A list beside a form in which one of them is written as JSON. */
const renderDirectory = (view: string, kind: string, key: string, say: string): string => `<p>${say}</p>
${renderProblem(view)}
<div class="directory">
<div>
${renderInput(`${view}-filter`, 'Search', '', 'type="search"')}
<ul class="names" data-testid="${view}-list" aria-label="${view}"></ul>
<p class="quiet" data-testid="${view}-more"></p>
<button type="button" data-testid="${view}-new">New ${kind}</button>
</div>
<form data-testid="${view}-form">
${renderInput(`${view}-name`, `<code>${key}</code>`, '', 'required')}
${renderArea(`${view}-json`, 'JSON', 18)}
<div class="bar" data-testid="${view}-actions"><button type="submit" class="main" data-testid="${view}-save">Save</button>
<button type="button" class="danger" data-testid="${view}-delete" disabled>Delete</button></div>
</form>
</div>`

const SECRETS = 'Secrets are not shown: <code>(unchanged)</code> keeps what there is.'

const BODIES: Readonly<Record<ViewName, () => string>> = {
  journal: () => JOURNAL,
  mint: renderMint,
  defects: () => DEFECTS,
  keys: () => KEYS,
  users: () =>
    renderDirectory(
      'users',
      'user',
      'sub',
      `<code>claims</code> are for every token and for userinfo; <code>id_token</code>, <code>access_token</code> and <code>userinfo</code> for that place. ${SECRETS}`,
    ),
  clients: () =>
    renderDirectory(
      'clients',
      'client',
      'client_id',
      `The metadata of RFC 7591, and <code>client_secret</code>. ${SECRETS}`,
    ),
  apis: () =>
    renderDirectory(
      'apis',
      'API',
      'id',
      `Scopes grouped by API, with credentials of their own for introspection. ${SECRETS}`,
    ),
  faults: () => FAULTS,
  tenants: () => TENANTS,
}

export const renderViews = (): string =>
  VIEW_NAMES.map(
    ([
      name,
      title,
    ]) => `<section id="view-${name}" aria-labelledby="${name}-title" data-testid="view-${name}"${name === 'journal' ? '' : ' hidden'}>
<h2 id="${name}-title" tabindex="-1">${title}</h2>
${BODIES[name]()}
</section>`,
  ).join('\n')
