import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import { checkFieldLines, type FieldLines, NO_FIELD_LINES } from '@gatehouse/forwarder'
import { writeFields } from './fields.ts'

/** The connection as the gateway sees it. */
export interface Sender {
  readonly address: string
  /** Whether the sender is in `trustedProxies`. */
  readonly isTrusted: boolean
  readonly scheme: 'http' | 'https'
  /** The judged `Host`. */
  readonly authority: string
}

export type FindSender = (request: IncomingMessage, authority: string) => Sender

/** Who sends is found out once a connection, unless its requests name different hosts. */
export function findSenders(isTrusted: (address: string) => boolean): FindSender {
  const known = new WeakMap<Socket, Sender>()
  return ({ socket }, authority) => {
    const before = known.get(socket)
    if (before?.authority === authority) return before
    const address = plainAddress(socket.remoteAddress)
    const sender: Sender = {
      address,
      isTrusted: isTrusted(address),
      scheme: 'encrypted' in socket && socket.encrypted === true ? 'https' : 'http',
      authority,
    }
    known.set(socket, sender)
    return sender
  }
}

const written = new WeakMap<Sender, FieldLines>()

/** What the gateway says of a sender before whom there is nobody. Of a trusted one it depends on what that one says, and nothing stands. */
export function describeSender(sender: Sender): FieldLines {
  if (sender.isTrusted) return NO_FIELD_LINES
  const known = written.get(sender)
  if (known !== undefined) return known
  const { address, scheme, authority } = sender
  const lines = checkFieldLines(
    writeFields([
      'x-forwarded-for',
      address,
      'x-forwarded-proto',
      scheme,
      'x-forwarded-host',
      authority,
      'forwarded',
      forwardedElement(sender),
    ]),
  )
  written.set(sender, lines)
  return lines
}

/** RFC 7239 section 4; an IPv6 address is bracketed and quoted (section 6). */
export function forwardedElement({ address, scheme, authority }: Sender): string {
  const node = address.includes(':') ? `"[${address}]"` : address
  return `for=${node};host="${authority}";proto=${scheme}`
}

/** The peer's address as people write it. */
export const plainAddress = (address: string | undefined): string =>
  address === undefined ? 'unknown' : address.startsWith('::ffff:') ? address.slice(7) : address
