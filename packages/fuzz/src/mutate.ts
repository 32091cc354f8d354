import type { Chance } from './chance.ts'

/** What a mutation may draw from besides the input itself. */
export interface Larder {
  /** Words of the target's own dictionary. */
  readonly dictionary: readonly Buffer[]
  /** Words that stand in the code under test. */
  readonly words: readonly Buffer[]
  /** Texts that were compared lately: what was there, and what was wanted. */
  readonly pairs: readonly (readonly [Buffer, Buffer])[]
  /** Another input of the corpus. */
  other(): Buffer
}

type Mutation = (input: Buffer, chance: Chance, larder: Larder) => Buffer

const splice = (input: Buffer, from: number, to: number, fresh: Uint8Array): Buffer =>
  Buffer.concat([input.subarray(0, from), fresh, input.subarray(to)])

const edge = (input: Buffer, chance: Chance): number => chance.below(input.length + 1)

function range(input: Buffer, chance: Chance): [number, number] {
  const from = edge(input, chance)
  const to = Math.min(input.length, from + 1 + chance.below(chance.oneIn(4) ? 64 : 8))
  return [from, to]
}

function word(chance: Chance, { dictionary, words, pairs }: Larder): Buffer {
  const pair = pairs[chance.below(Math.max(1, pairs.length))] ?? []
  const sources = [dictionary, dictionary, words, pair].filter(list => list.length > 0)
  const list = sources[chance.below(Math.max(1, sources.length))] ?? []
  return list[chance.below(Math.max(1, list.length))] ?? Buffer.of(chance.below(256))
}

/** Bytes at which grammars turn. */
const TURNS = Buffer.from('\0\t\n\r "#%&\'()*+,-./0189:;<=>?@AZ[\\]_az{|}~\x7f\x80\xc3\xff', 'latin1')

const byte = (chance: Chance): Buffer =>
  Buffer.of(chance.oneIn(2) ? chance.below(256) : (TURNS[chance.below(TURNS.length)] ?? 0))

const MUTATIONS: readonly [Mutation, ...Mutation[]] = [
  (input, chance) => splice(input, ...range(input, chance), Buffer.alloc(0)),
  (input, chance) => {
    const at = edge(input, chance)
    return splice(input, at, at, byte(chance))
  },
  (input, chance) => {
    const at = edge(input, chance)
    return splice(input, at, at + 1, byte(chance))
  },
  (input, chance) => {
    const at = edge(input, chance)
    return splice(input, at, at + 1, Buffer.of((input[at] ?? 0) ^ (1 << chance.below(8))))
  },
  (input, chance, larder) => {
    const at = edge(input, chance)
    return splice(input, at, at, word(chance, larder))
  },
  (input, chance, larder) => {
    const fresh = word(chance, larder)
    const at = edge(input, chance)
    return splice(input, at, chance.oneIn(2) ? at + fresh.length : range(input, chance)[1], fresh)
  },
  (input, chance, { pairs }) => {
    const [there, wanted] = pairs[chance.below(Math.max(1, pairs.length))] ?? []
    const at = there === undefined || there.length === 0 ? -1 : input.indexOf(there)
    if (there === undefined || wanted === undefined || at === -1) return input
    return splice(input, at, at + there.length, wanted)
  },
  (input, chance) => {
    const [from, to] = range(input, chance)
    const at = edge(input, chance)
    return splice(input, at, at, Buffer.from(input.subarray(from, to)))
  },
  (input, chance, larder) => {
    const other = larder.other()
    const [from, to] = range(other, chance)
    return splice(
      input,
      ...range(input, chance),
      Buffer.from(other.subarray(from, chance.oneIn(4) ? other.length : to)),
    )
  },
]

/** One to a few mutations of an input, never longer than `longest`. The input itself is left as it is. */
export function mutate(input: Buffer, longest: number, chance: Chance, larder: Larder): Buffer {
  let mutated = input
  do mutated = chance.pick(MUTATIONS)(mutated, chance, larder)
  while (!chance.oneIn(3))
  return mutated.length > longest ? mutated.subarray(0, longest) : mutated
}
