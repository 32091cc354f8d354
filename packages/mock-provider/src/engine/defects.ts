import { nearest } from '@gatehouse/configuration'
import { CLAIM_DEFECTS } from './defects/claims.ts'
import { ENCODING_DEFECTS } from './defects/encoding.ts'
import { FORGERIES } from './defects/forged.ts'
import { HEADER_DEFECTS } from './defects/header.ts'
import { IDENTITY_DEFECTS } from './defects/identity.ts'
import { LOGOUT_DEFECTS } from './defects/logout.ts'
import { NAME_DEFECTS } from './defects/names.ts'
import type { Defect } from './defects/row.ts'
import { SHAPE_DEFECTS } from './defects/shape.ts'
import { SIGNATURE_DEFECTS } from './defects/signature.ts'
import { TIME_DEFECTS } from './defects/times.ts'
import { Refusal } from './refusal.ts'

export type { Defect, Draft, TokenKind } from './defects/row.ts'

/** Every named way in which a token can be wrong. */
export const DEFECTS: readonly Defect[] = [
  ...CLAIM_DEFECTS,
  ...TIME_DEFECTS,
  ...NAME_DEFECTS,
  ...IDENTITY_DEFECTS,
  ...LOGOUT_DEFECTS,
  ...SIGNATURE_DEFECTS,
  ...FORGERIES,
  ...HEADER_DEFECTS,
  ...SHAPE_DEFECTS,
  ...ENCODING_DEFECTS,
]

const BY_NAME: ReadonlyMap<string, Defect> = new Map(DEFECTS.map(defect => [defect.name, defect]))

/** The defect of a name; `-` may stand for `_`. */
export function findDefect(name: string): Defect | Refusal {
  const defect = BY_NAME.get(name.replaceAll('-', '_').toLowerCase())
  if (defect !== undefined) return defect
  const meant = nearest(name, BY_NAME.keys())
  return new Refusal(
    'invalid_request',
    `defect: is not known${meant === undefined ? '' : `, did you mean ${meant}?`} (GET /_mock/defects lists them)`,
  )
}
