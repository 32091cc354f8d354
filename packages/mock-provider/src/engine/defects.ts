import { nearest } from '@gatehouse/configuration'
import { CLAIM_DEFECTS } from './defects/claims.ts'
import type { Defect } from './defects/row.ts'
import { SHAPE_DEFECTS } from './defects/shape.ts'
import { SIGNATURE_DEFECTS } from './defects/signature.ts'
import { Refusal } from './refusal.ts'

export type { Defect, Draft, TokenKind } from './defects/row.ts'

/** Every named way in which a token can be wrong. */
export const DEFECTS: readonly Defect[] = [...CLAIM_DEFECTS, ...SIGNATURE_DEFECTS, ...SHAPE_DEFECTS]

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
