import type { JsonObject } from '@gatehouse/protocol'
import { texts } from '../../engine/clients.ts'
import type { Refusal } from '../../engine/refusal.ts'
import { fetchText } from '../../engine/remote.ts'
import type { Ports } from '../../ports.ts'
import { invalid } from './metadata.ts'

/** Whether `sector_identifier_uri` answers a list that has every redirect URI in it (OpenID Connect Registration section 5). */
export async function checkSector(ask: Ports['fetch'], metadata: JsonObject): Promise<Refusal | undefined> {
  const { sector_identifier_uri: uri } = metadata
  if (typeof uri !== 'string') return undefined
  if (!uri.startsWith('https:')) return invalid(['sector_identifier_uri: must be https'])
  const listed = parseList(await fetchText(ask, uri, 'application/json'))
  if (listed === undefined) return invalid(['sector_identifier_uri: does not answer a JSON array of texts'])
  const missing = (texts(metadata.redirect_uris) ?? []).filter(redirect => !listed.includes(redirect))
  return missing.length === 0 ? undefined : invalid([`sector_identifier_uri: its list lacks ${missing.join(', ')}`])
}

function parseList(text: string | undefined): readonly string[] | undefined {
  try {
    const value: unknown = JSON.parse(text ?? '')
    return Array.isArray(value) && value.every(item => typeof item === 'string') ? value : undefined
  } catch {
    return undefined
  }
}
