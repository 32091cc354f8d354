import { BlockList, isIP } from 'node:net'
import type { Problem } from '@gatehouse/configuration'
import { isMappable } from './identity.ts'

/** Problems of the members that speak of addresses: `publicUrl`, `trustedProxies` and what only trusted proxies may say. */
export function checkAddresses(options: Readonly<Record<string, unknown>>, at: (name: string) => string): Problem[] {
  const problems: Problem[] = []
  const { publicUrl, trustedProxies, clientCertificateHeader } = options
  if (typeof publicUrl === 'string' && URL.canParse(publicUrl) && !isOrigin(publicUrl)) {
    problems.push({ path: at('publicUrl'), message: 'is more than an origin', allowed: 'scheme, host and port' })
  }
  if (Array.isArray(trustedProxies)) {
    trustedProxies.forEach((range, index) => {
      if (typeof range !== 'string' || isRange(range)) return
      const allowed = 'such as 10.0.0.0/8, ::1 or 192.0.2.7'
      problems.push({ path: at(`trustedProxies[${index}]`), message: 'is no IP address or CIDR', allowed })
    })
  }
  if (clientCertificateHeader !== undefined && !isProxied(options)) {
    const allowed = 'with trustedProxies, who alone may send it'
    problems.push({ path: at('clientCertificateHeader'), message: 'is believed from nobody', allowed })
  } else if (typeof clientCertificateHeader === 'string' && !isMappable(clientCertificateHeader)) {
    const allowed = 'such as client-cert or x-forwarded-client-cert'
    problems.push({ path: at('clientCertificateHeader'), message: 'has another meaning', allowed })
  }
  return problems
}

/** Whether clients come through proxies that the gateway knows of, and may see another origin than the listener. */
export const isProxied = ({ trustedProxies }: Readonly<Record<string, unknown>>): boolean =>
  Array.isArray(trustedProxies) && trustedProxies.length > 0

const isOrigin = (text: string): boolean => {
  const { username, password, pathname, search, hash } = new URL(text)
  return username === '' && password === '' && pathname === '/' && search === '' && hash === ''
}

function isRange(range: string): boolean {
  const [address = '', bits, ...rest] = range.split('/')
  const family = isIP(address)
  if (family === 0 || rest.length > 0) return false
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128))
}

/** Tells whether an address is in one of the ranges; IPv4 inside IPv6 (RFC 4291 section 2.5.5.2) is IPv4. */
export function compileRanges(ranges: readonly string[]): (address: string) => boolean {
  if (ranges.length === 0) return () => false
  const list = new BlockList()
  for (const range of ranges) {
    const [address = '', bits] = range.split('/')
    const family = isIP(address) === 4 ? 'ipv4' : 'ipv6'
    list.addSubnet(address, bits === undefined ? (family === 'ipv4' ? 32 : 128) : Number(bits), family)
  }
  return address => list.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4')
}
