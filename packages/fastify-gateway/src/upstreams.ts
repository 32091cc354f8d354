import { X509Certificate } from 'node:crypto'
import { memberPath, type Problem, parseDuration } from '@gatehouse/configuration'
import { effectiveUpstream } from './defaults.ts'
import type { Upstream } from './forward.ts'
import type { UpstreamOptions } from './options.ts'

/** What the schema cannot say of upstreams. */
export function checkUpstreams(value: unknown, path: string): Problem[] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, upstream]: [string, unknown]) => {
    if (typeof upstream !== 'object' || upstream === null) return []
    const at = memberPath(path, name)
    const problems: Problem[] = []
    if ('url' in upstream && typeof upstream.url === 'string' && isUrlWithMore(upstream.url)) {
      const allowed = 'scheme, host, port and a path'
      problems.push({ path: `${at}.url`, message: 'has credentials, a query or a fragment', allowed })
    }
    if ('ca' in upstream && typeof upstream.ca === 'string' && !isCertificate(upstream.ca)) {
      problems.push({ path: `${at}.ca`, message: 'is no certificate', allowed: 'PEM certificates' })
    }
    return problems
  })
}

function isUrlWithMore(text: string): boolean {
  if (!URL.canParse(text)) return false
  const { username, password, search, hash } = new URL(text)
  return username !== '' || password !== '' || search !== '' || hash !== ''
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).subject.length >= 0
  } catch {
    return false
  }
}

/** Parses what `checkUpstreams` and the schema found nothing in. */
export function parseUpstream(name: string, options: UpstreamOptions): Upstream {
  const effective = effectiveUpstream(options)
  const url = new URL(effective.url)
  const seconds = (duration: string | number): number => parseDuration(duration) ?? 0
  return Object.freeze({
    name,
    url,
    basePath: url.pathname.replace(/\/+$/, ''),
    connections: effective.connections,
    queue: effective.queue,
    connectTimeout: seconds(effective.connectTimeout),
    headersTimeout: seconds(effective.headersTimeout),
    bodyTimeout: seconds(effective.bodyTimeout),
    retries: effective.retries,
    http2: effective.http2,
    ca: effective.ca ?? undefined,
  })
}
