import { readFields } from './fields.ts'
import { describeSender, forwardedElement, type Sender } from './sender.ts'

/** Letters and digits, lower-cased: the name as the most careless upstream would read it (`X_User`, `x.user` and `X-User` are one). */
export const foldName = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]/g, '')

/** Begins every name that belongs to the gateway, folded. */
export const RESERVED_PREFIX = 'xgatehouse'

/** Field names that belong to one connection (RFC 9110 section 7.6.1; Proxy-Authorization by section 11.7.2). */
const HOP_BY_HOP: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'proxy-authorization',
  'te',
  'transfer-encoding',
  'upgrade',
  'http2-settings',
])

/** Made anew for the upstream, whatever the client said. */
const OWN: ReadonlySet<string> = new Set(['host', 'content-length', 'expect', 'trailer'])

/** Folded names of what frames a message: another spelling of one (`Content_Length`) is read as it by upstreams that know no dashes. */
const FRAMING: ReadonlySet<string> = new Set([...HOP_BY_HOP, ...OWN].map(name => name.replaceAll('-', '')))

/** Folded names by which some upstreams let a client say another method or path than the one that was judged. */
const OVERRIDES: ReadonlySet<string> = new Set([
  'xhttpmethod',
  'xhttpmethodoverride',
  'xmethodoverride',
  'xoriginaluri',
  'xoriginalurl',
  'xrewriteuri',
  'xrewriteurl',
  'xoriginalhost',
  'xhttphostoverride',
  'xhostoverride',
])

/** Beginnings of folded names under which proxies tell of the client's certificate (RFC 9440, nginx, load balancers; Envoy's is XFCC). */
const CERTIFICATE = ['clientcert', 'xclientcert', 'sslclient', 'xsslclient', 'xsslcert', 'xamznmtls']

/** Folded names of what a proxy says about the client. */
const isForwarding = (folded: string): boolean =>
  folded === 'forwarded' ||
  folded.startsWith('xforwarded') ||
  folded === 'xrealip' ||
  CERTIFICATE.some(beginning => folded.startsWith(beginning))

/** What becomes of a client's header. `credential` stays only where a route forwards tokens, `forwarding` only from a trusted proxy. */
export type Fate = 'keep' | 'drop' | 'connection' | 'credential' | 'forwarding'

/** Decides the fate of header names; remembers a bounded number of them. */
export interface Sieve {
  fateOf(name: string): Fate
}

const REMEMBERED = 512

/**
 * `asserted` are the header names that any route asserts: they are dropped on every route, so that no route lends another's name.
 * `believed` are names besides the usual ones that only a trusted proxy may use.
 */
export function createSieve(asserted: Iterable<string>, believed: Iterable<string> = []): Sieve {
  const own = new Set([...asserted].map(foldName))
  const proxied = new Set([...believed].map(foldName))
  const known = new Map<string, Fate>()
  const judge = (name: string): Fate => {
    const lower = name.toLowerCase()
    if (lower === 'connection') return 'connection'
    if (HOP_BY_HOP.has(lower) || OWN.has(lower)) return 'drop'
    const folded = foldName(name)
    if (own.has(folded) || folded.startsWith(RESERVED_PREFIX)) return 'drop'
    if (OVERRIDES.has(folded) || FRAMING.has(folded)) return 'drop'
    if (isForwarding(folded) || proxied.has(folded)) return 'forwarding'
    // Another spelling of a credential is nobody's credential.
    if (folded === 'authorization' || folded === 'dpop') return lower === folded ? 'credential' : 'drop'
    return 'keep'
  }
  return {
    fateOf(name) {
      const remembered = known.get(name)
      if (remembered !== undefined) return remembered
      const fate = judge(name)
      if (known.size < REMEMBERED && name.length <= 64) known.set(name, fate)
      return fate
    },
  }
}

/**
 * Field lines of the client's end-to-end headers and, behind a trusted proxy, of the way it came; of anybody else the sender's standing lines
 * tell that. A name in `Connection` removes the client's header of that name and nothing that the gateway says.
 */
export function writeRequestHeaders(
  sieve: Sieve,
  rawHeaders: readonly string[],
  sender: Sender,
  keepsCredentials: boolean,
): string {
  const named = namesInConnection(rawHeaders)
  let lines = ''
  let chain = ''
  let forwarded = ''
  let saidProto = false
  let saidHost = false
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? ''
    const value = rawHeaders[index + 1] ?? ''
    const fate = sieve.fateOf(name)
    if (fate === 'drop' || fate === 'connection' || named?.has(name.toLowerCase())) continue
    if (fate === 'credential' && !keepsCredentials) continue
    if (fate === 'forwarding') {
      if (!sender.isTrusted) continue
      const lower = name.toLowerCase()
      if (lower === 'x-forwarded-for') {
        chain += `${value}, `
        continue
      }
      if (lower === 'forwarded') {
        forwarded += `${value}, `
        continue
      }
      saidProto ||= lower === 'x-forwarded-proto'
      saidHost ||= lower === 'x-forwarded-host'
    }
    lines += `${name}: ${value}\r\n`
  }
  if (!sender.isTrusted) return lines
  lines += `x-forwarded-for: ${chain}${sender.address}\r\n`
  if (!saidProto) lines += `x-forwarded-proto: ${sender.scheme}\r\n`
  if (!saidHost) lines += `x-forwarded-host: ${sender.authority}\r\n`
  return `${lines}forwarded: ${forwarded}${forwardedElement(sender)}\r\n`
}

/** The same as a flat list of names and values, with another such list, of what is asserted, after it. */
export const shapeRequestHeaders = (
  sieve: Sieve,
  rawHeaders: readonly string[],
  sender: Sender,
  keepsCredentials: boolean,
  asserted: readonly string[],
): string[] => [
  ...readFields(writeRequestHeaders(sieve, rawHeaders, sender, keepsCredentials) + describeSender(sender)),
  ...asserted,
]

/** The lower-cased names that `Connection` lists beyond the usual two, or undefined. */
function namesInConnection(rawHeaders: readonly string[]): Set<string> | undefined {
  let names: Set<string> | undefined
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? ''
    if (name.length !== 10 || name.toLowerCase() !== 'connection') continue
    for (const part of (rawHeaders[index + 1] ?? '').split(',')) {
      const option = part.trim().toLowerCase()
      if (option === '' || option === 'keep-alive' || option === 'close') continue
      names ??= new Set()
      names.add(option)
    }
  }
  return names
}

/** Answers of an upstream may not speak for its connection either, nor set a policy that the gateway sets (`cors`). */
export function shapeResponseHeaders(rawHeaders: readonly string[], status: number, ownsCors: boolean): string[] {
  const shaped: string[] = []
  const named = namesInConnection(rawHeaders)
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? ''
    const lower = name.toLowerCase()
    if (HOP_BY_HOP.has(lower) || named?.has(lower)) continue
    if (ownsCors && lower.startsWith('access-control-')) continue
    // RFC 9110 section 8.6: never with 204. Trailer fields are announced by whoever frames the message.
    if ((lower === 'content-length' && status === 204) || lower === 'trailer') continue
    shaped.push(name, rawHeaders[index + 1] ?? '')
  }
  return shaped
}

/** Trailer fields that may go on (RFC 9110 section 6.5.1), as pairs. */
export function shapeTrailers(rawTrailers: readonly string[]): [string, string][] {
  const pairs: [string, string][] = []
  for (let index = 0; index + 1 < rawTrailers.length; index += 2) {
    const name = rawTrailers[index] ?? ''
    const lower = name.toLowerCase()
    if (HOP_BY_HOP.has(lower) || OWN.has(lower) || lower.startsWith('access-control-')) continue
    pairs.push([name, rawTrailers[index + 1] ?? ''])
  }
  return pairs
}
