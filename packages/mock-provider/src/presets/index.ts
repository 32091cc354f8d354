import { nearest } from '@gatehouse/configuration'
import { code100 } from './code100/index.ts'
import { genauth } from './genauth/index.ts'
import { GENERATIONS } from './generations.ts'
import { oidcOp } from './oidc-op/index.ts'
import type { Preset } from './preset.ts'
import { serpense } from './serpense/index.ts'
import { uaepass } from './uaepass/index.ts'

export type { Preset } from './preset.ts'

const BY_NAME: ReadonlyMap<string, Preset> = new Map(
  [serpense, genauth, code100, oidcOp, uaepass, ...GENERATIONS].flatMap(preset =>
    [preset.name, ...preset.aliases].map((name): [string, Preset] => [name, preset]),
  ),
)

/** The identity systems that a tenant can speak as; a system may have two names. */
export const PRESET_NAMES: readonly string[] = [...BY_NAME.keys()]

/** Undefined for a name that is none; that of the standard is none either. */
export const findPreset = (name: string): Preset | undefined => BY_NAME.get(name)

/** What is wrong with a name that is none. */
export function explainPreset(name: unknown): { readonly message: string; readonly allowed: string } {
  const meant = typeof name === 'string' ? nearest(name, PRESET_NAMES) : undefined
  return {
    message: `is no preset${meant === undefined ? '' : `, did you mean ${meant}?`}`,
    allowed: `one of ${PRESET_NAMES.join(', ')}`,
  }
}
