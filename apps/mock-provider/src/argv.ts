import { nearest } from '@gatehouse/configuration'

/** One flag of a command. */
export interface Flag {
  /** A letter that may stand for it after a single dash. */
  readonly short?: string
  /** What its value is called in the help; without one the flag takes no value. */
  readonly value?: string
  /** It may be given again, and each value counts. */
  readonly many?: true
  readonly say: string
}

export type Flags = Readonly<Record<string, Flag>>

export interface Given {
  /** By flag, without the dashes; the last value first where a flag may be given once only. */
  readonly values: ReadonlyMap<string, readonly string[]>
  readonly problems: readonly string[]
}

const ALWAYS = ['help', 'version']

/** Reads `--name value`, `--name=value` and `-n value`, and one word without a flag where there is an `operand`. Every mistake is listed, each with the nearest flag that is known. */
export function parseFlags(args: readonly string[], flags: Flags, operand?: string): Given {
  const values = new Map<string, string[]>()
  const problems: string[] = []
  for (let index = 0; index < args.length; index++) {
    const word = args[index] ?? ''
    if (operand !== undefined && !word.startsWith('-') && !values.has(operand)) {
      values.set(operand, [word])
      continue
    }
    const { shown, inline } = splitWord(word)
    const name = nameOf(shown, flags)
    const flag = name === undefined ? undefined : flags[name]
    if (name === undefined || flag === undefined) {
      problems.push(explainUnknown(shown, flags))
      continue
    }
    const next = args[index + 1]
    const takesNext = flag.value !== undefined && inline === undefined && next !== undefined && !isFlagLike(next, flags)
    if (takesNext) index++
    const value = inline ?? (takesNext ? next : undefined)
    if (flag.value === undefined && inline !== undefined) problems.push(`--${name} takes no value`)
    else if (flag.value !== undefined && value === undefined) problems.push(`--${name} needs a value, ${flag.value}`)
    else if (values.has(name) && flag.many === undefined) problems.push(`--${name} is given twice`)
    else values.set(name, [...(values.get(name) ?? []), value ?? ''])
  }
  return { values, problems }
}

function splitWord(word: string): { shown: string; inline: string | undefined } {
  const equals = word.startsWith('--') ? word.indexOf('=') : -1
  return equals < 0
    ? { shown: word, inline: undefined }
    : { shown: word.slice(0, equals), inline: word.slice(equals + 1) }
}

function nameOf(shown: string, flags: Flags): string | undefined {
  if (shown.startsWith('--')) return Object.hasOwn(flags, shown.slice(2)) ? shown.slice(2) : undefined
  if (!/^-[a-z]$/i.test(shown)) return undefined
  return Object.keys(flags).find(name => flags[name]?.short === shown.slice(1))
}

/** A value may begin with a dash (`--lifetime -5m`); what is a flag by its name may not be one. */
const isFlagLike = (word: string, flags: Flags): boolean => word.startsWith('--') || nameOf(word, flags) !== undefined

function explainUnknown(shown: string, flags: Flags): string {
  if (!shown.startsWith('-')) return `${JSON.stringify(shown)} is not expected here`
  const meant = nearest(shown.replace(/^-+/, ''), [...Object.keys(flags), ...ALWAYS])
  return `${shown} is not a flag${meant === undefined ? '' : `, did you mean --${meant}?`}`
}
