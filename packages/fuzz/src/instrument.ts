import { type AnyNode, type Node, parse } from 'acorn'

/** What instrumenting found out, over all files of a bundle. */
export interface Survey {
  /** Places in the code that are told apart. */
  places: number
  /** Short texts in the code: words that its input may want. */
  readonly words: Set<string>
}

const SHORTEST_WORD = 2
const LONGEST_WORD = 40
const PROLOGUE = 'const{hits:__h,same:__s,among:__a}=globalThis.__fuzz;'

/**
 * Adds to JavaScript (an ES module) that each branch counts itself and that strict comparisons tell how close they were. The meaning of the
 * code stays what it was; comparisons with `==` are left alone.
 */
export function instrument(code: string, survey: Survey): string {
  const program = parse(code, { ecmaVersion: 'latest', sourceType: 'module' })
  return PROLOGUE + new Printer(code, survey).print(program)
}

class Printer {
  readonly #code: string
  readonly #survey: Survey

  constructor(code: string, survey: Survey) {
    this.#code = code
    this.#survey = survey
  }

  print(node: AnyNode): string {
    if (node.type === 'Literal' && typeof node.value === 'string') this.#note(node.value)
    if (node.type === 'BinaryExpression') {
      const compared = this.#comparison(node.operator, node, node.left, node.right)
      if (compared !== undefined) return compared
    }
    let text = ''
    let at = node.start
    for (const [role, child] of childrenOf(node)) {
      // A shorthand member is its own value: `{ name }`.
      if (child.start < at) continue
      text += this.#code.slice(at, child.start) + this.#wrap(node, role, child)
      at = child.end
    }
    return text + this.#code.slice(at, node.end)
  }

  #wrap(parent: AnyNode, role: string, child: AnyNode): string {
    const text = this.print(child)
    if (role === 'body' && BLOCKS.has(parent.type) && child.type === 'BlockStatement') {
      return `{${this.#count()};${text.slice(1)}`
    }
    if (role === 'body' && parent.type === 'ArrowFunctionExpression') return `(${this.#count()},(${text}))`
    if (isBranchStatement(parent.type, role)) {
      const otherwise = parent.type === 'IfStatement' && !parent.alternate ? `else{${this.#count()}}` : ''
      return `{${this.#count()};${text}}${otherwise}`
    }
    if (isBranchExpression(parent.type, role)) return `(${this.#count()},(${text}))`
    if (parent.type === 'SwitchCase' && child === parent.consequent[0]) return `${this.#count()};${text}`
    if (parent.type === 'SwitchStatement' && role === 'discriminant') {
      const cases = parent.cases.flatMap(({ test }) =>
        test?.type === 'Literal' ? [this.#code.slice(test.start, test.end)] : [],
      )
      return cases.length === 0 ? text : `__a(${this.#place()},(${text}),[${cases.join(',')}])`
    }
    return text
  }

  /** `a === b` as a call; undefined where nothing is learnt from it. */
  #comparison(operator: string, node: Node, left: AnyNode, right: AnyNode): string | undefined {
    if (operator !== '===' && operator !== '!==') return undefined
    if (left.type === 'UnaryExpression' || isPlain(left) || isPlain(right)) return undefined
    const between = this.#code.slice(left.end, right.start)
    const split = between.indexOf(operator)
    const before = this.#code.slice(node.start, left.start) + this.print(left) + between.slice(0, split)
    const after = between.slice(split + operator.length) + this.print(right) + this.#code.slice(right.end, node.end)
    return `${operator === '!==' ? '!' : ''}__s(${this.#place()},${before},${after})`
  }

  #note(word: string): void {
    if (word.length >= SHORTEST_WORD && word.length <= LONGEST_WORD) this.#survey.words.add(word)
  }

  #place(): number {
    return this.#survey.places++
  }

  #count(): string {
    return `__h[${this.#place()}]++`
  }
}

const BLOCKS: ReadonlySet<string> = new Set([
  'FunctionDeclaration',
  'FunctionExpression',
  'ArrowFunctionExpression',
  'CatchClause',
])

const isBranchStatement = (parent: string, role: string): boolean =>
  (parent === 'IfStatement' && role !== 'test') ||
  (role === 'body' && /^(?:For|ForIn|ForOf|While)Statement$/.test(parent))

const isBranchExpression = (parent: string, role: string): boolean =>
  (parent === 'ConditionalExpression' && role !== 'test') || (parent === 'LogicalExpression' && role === 'right')

/** Compared with `undefined`, `null`, `true` or `false`: either it is, or nothing is close to it. */
const isPlain = (node: AnyNode): boolean =>
  (node.type === 'Literal' && (node.value === null || typeof node.value === 'boolean')) ||
  (node.type === 'Identifier' && node.name === 'undefined') ||
  (node.type === 'UnaryExpression' && node.operator === 'void')

const isNode = (value: unknown): value is AnyNode =>
  typeof value === 'object' && value !== null && 'type' in value && 'start' in value

function childrenOf(node: AnyNode): [string, AnyNode][] {
  const children = Object.entries(node).flatMap(([role, value]: [string, unknown]): [string, AnyNode][] =>
    (Array.isArray(value) ? value : [value]).filter(isNode).map(child => [role, child]),
  )
  return children.sort(([, one], [, other]) => one.start - other.start || other.end - one.end)
}
