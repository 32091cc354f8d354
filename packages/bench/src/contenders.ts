import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { AUDIENCE } from './issuer.ts'

export interface Setting {
  readonly issuer: string
  readonly publicKey: string
  readonly upstream: string
  readonly port: number
  /** A folder that is thrown away after the run. */
  readonly folder: string
  /** The gateway from its sources instead of the build. */
  readonly fromSource: boolean
}

export interface Contender {
  readonly name: string
  /** What must be on the machine for it to take part. */
  readonly available: () => boolean
  readonly command: (setting: Setting) => Promise<readonly string[]>
  /** Whether it can judge opaque tokens, and whether it judges anything at all. */
  readonly opaque: boolean
  readonly guards: boolean
}

const here = (path: string): string => fileURLToPath(new URL(`../${path}`, import.meta.url))
const always = (): boolean => true

const script = (file: string) => async (setting: Setting) => [
  process.execPath,
  here(`contenders/${file}`),
  JSON.stringify({ ...setting, audience: AUDIENCE }),
]

const NGINX = '/usr/sbin/nginx'
const APACHE = '/usr/sbin/apache2'
const OPENIDC = '/usr/lib/apache2/modules/mod_auth_openidc.so'

export const CONTENDERS: readonly Contender[] = [
  { name: 'gatehouse', available: always, opaque: true, guards: true, command: gatehouse },
  { name: 'fastify parts', available: always, opaque: false, guards: true, command: script('fastify-parts.mjs') },
  { name: 'express parts', available: always, opaque: false, guards: true, command: script('express-parts.mjs') },
  { name: 'http-proxy, no check', available: always, opaque: false, guards: false, command: script('http-proxy.mjs') },
  { name: 'nginx, no check', available: () => existsSync(NGINX), opaque: false, guards: false, command: nginx },
  { name: 'apache openidc', available: () => existsSync(OPENIDC), opaque: false, guards: true, command: apache },
]

async function gatehouse({ issuer, upstream, port, folder, fromSource }: Setting): Promise<readonly string[]> {
  const file = join(folder, 'gatehouse.json')
  const client = { id: 'gateway', secret: 'bench-secret' }
  await writeFile(
    file,
    JSON.stringify({
      server: { port },
      admin: false,
      issuers: {
        main: { issuer, audience: [AUDIENCE], tokens: 'either', introspection: { client, cache: { ttl: '1h' } } },
      },
      upstreams: { main: { url: upstream } },
      routes: [
        { path: '/guarded/*', upstream: 'main', auth: { scopes: ['orders:read'] } },
        { path: '/public/*', upstream: 'main', auth: 'public' },
      ],
    }),
  )
  const source = ['--import=tsx', '--conditions=@gatehouse/source', here('../../apps/gateway/src/main.ts')]
  return [process.execPath, ...(fromSource ? source : [here('../../apps/gateway/bin/gatehouse.js')]), 'run', '-c', file]
}

async function nginx({ upstream, port, folder }: Setting): Promise<readonly string[]> {
  const file = join(folder, 'proxy.conf')
  const proxy = 'proxy_pass http://up; proxy_http_version 1.1; proxy_set_header Connection "";'
  await writeFile(
    file,
    `daemon off; worker_processes 1; error_log stderr crit; pid ${folder}/proxy.pid; events { worker_connections 4096; }
http { access_log off; client_body_temp_path ${folder}/b; proxy_temp_path ${folder}/p; client_max_body_size 100m;
  fastcgi_temp_path ${folder}/f; uwsgi_temp_path ${folder}/u; scgi_temp_path ${folder}/s; keepalive_requests 1000000;
  upstream up { server ${new URL(upstream).host}; keepalive 128; keepalive_requests 1000000; }
  server { listen 127.0.0.1:${port}; location / { ${proxy} } } }`,
  )
  return [NGINX, '-p', folder, '-c', file]
}

async function apache({ publicKey, upstream, port, folder }: Setting): Promise<readonly string[]> {
  const file = join(folder, 'apache.conf')
  await mkdir(join(folder, 'root'), { recursive: true })
  await writeFile(join(folder, 'key.pem'), publicKey)
  const modules = ['mpm_event', 'authz_core', 'authz_user', 'authn_core', 'proxy', 'proxy_http', 'auth_openidc']
  const load = modules.map(name => `LoadModule ${name}_module /usr/lib/apache2/modules/mod_${name}.so`).join('\n')
  await writeFile(
    file,
    `${load}
ServerRoot ${folder}
DocumentRoot ${folder}/root
PidFile ${folder}/apache.pid
ErrorLog /dev/null
ServerName 127.0.0.1
Listen 127.0.0.1:${port}
KeepAlive On
MaxKeepAliveRequests 0
ThreadsPerChild 64
ServerLimit 4
MaxRequestWorkers 256
OIDCOAuthVerifyCertFiles bench#${folder}/key.pem
OIDCCryptoPassphrase bench-passphrase
ProxyPass / ${upstream}/
<Location /guarded>
  AuthType oauth20
  Require claim aud:${AUDIENCE}
</Location>`,
  )
  return [APACHE, '-d', folder, '-f', file, '-D', 'FOREGROUND']
}
