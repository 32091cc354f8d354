import { dirname, posix } from 'node:path'
import { lineAt } from './source-text.mjs'

/**
 * @typedef {import('./source-text.mjs').SourceText & { path: string, imports: import('./source-text.mjs').Import[] }} SourceFile
 *   `path` is relative to the package, with forward slashes
 * @typedef {(file: SourceFile) => string[]} Law says `line: what is wrong`, one a violation
 */

const isSource = (/** @type {SourceFile} */ { path }) => path.startsWith('src/')

/** @param {SourceFile} file @param {string} specifier a path inside the package, or undefined for another package */
const resolveInside = (file, specifier) =>
  specifier.startsWith('.') ? posix.normalize(posix.join(dirname(file.path), specifier)) : undefined

/** Law 1. @param {string} name @param {readonly RegExp[]} allowed @returns {Law} */
const importsOnly = (name, allowed) => file =>
  isSource(file)
    ? file.imports
        .filter(({ specifier }) => !specifier.startsWith('.') && !allowed.some(pattern => pattern.test(specifier)))
        .map(({ specifier, line }) => `${line}: ${name} must not import ${specifier}`)
    : []

/** Law 3: a stage is a folder; another stage's types may be named, its code not. @param {readonly string[]} stages @returns {Law} */
const stagesStandAlone = stages => file => {
  const own = stages.find(stage => file.path.startsWith(`src/${stage}/`))
  if (!own) return []
  return file.imports.flatMap(({ specifier, typeOnly, line }) => {
    const target = resolveInside(file, specifier)
    const other = stages.find(stage => target?.startsWith(`src/${stage}/`))
    if (target === 'src/verifier.ts' && !typeOnly) return [`${line}: the stage ${own} must not import the pipeline`]
    return other && other !== own && !typeOnly
      ? [`${line}: the stage ${own} must not import code of the stage ${other}`]
      : []
  })
}

/** Law 3. @param {readonly string[]} files @param {readonly string[]} stages @returns {Law} */
const importNoStage = (files, stages) => file =>
  files.includes(file.path)
    ? file.imports.flatMap(({ specifier, line }) => {
        const target = resolveInside(file, specifier)
        const stage = stages.find(name => target?.startsWith(`src/${name}/`))
        return stage ? [`${line}: ${file.path} must not import from the stage ${stage}`] : []
      })
    : []

/** Law 4: a layer sees those before it. @param {readonly string[]} layers @returns {Law} */
const layersPointDown = layers => file => {
  const own = layers.findIndex(layer => file.path.startsWith(`src/${layer}/`))
  if (own < 0) return []
  return file.imports.flatMap(({ specifier, line }) => {
    const target = resolveInside(file, specifier)
    const other = layers.findIndex(layer => target?.startsWith(`src/${layer}/`))
    return other > own ? [`${line}: ${layers[own]} must not import from ${layers[other]}`] : []
  })
}

/** @type {readonly (readonly [RegExp, string])[]} */
const doors = [
  [/\bDate\.now\b/g, 'Date.now'],
  [/\bnew Date\(\s*\)|(?<!new )\bDate\(\s*\)/g, 'the current Date'],
  [/\bMath\.random\b/g, 'Math.random'],
  [/\b(?:randomBytes|randomUUID|randomInt|randomFill(?:Sync)?|getRandomValues)\b/g, 'randomness'],
  [/\bglobalThis\.fetch\b/g, 'global fetch'],
]

/** A call of a `fetch` that this file neither declares nor receives. A method of that name is no call. @param {SourceFile} file */
function findGlobalFetch({ code }) {
  if (/(?:const|let|function)\s+fetch\b|[{(,]\s*(?:\w+\s*:\s*)?fetch\s*[,:})=?]/.test(code)) return []
  return [...code.matchAll(/(?<![.\w$#])fetch\s*\(/g)]
    .filter(({ index }) => {
      const startsMember = /(?:^|[{};,\n])\s*(?:(?:public|private|protected|static|async|override)\s+)*$/.test(
        code.slice(Math.max(0, index - 80), index),
      )
      return !(startsMember && /^\s*[:{]/.test(code.slice(closingParenthesis(code, index))))
    })
    .map(({ index }) => `${lineAt(code, index)}: global fetch belongs in ports.ts`)
}

/** @param {string} code @param {number} from */
function closingParenthesis(code, from) {
  let depth = 0
  for (let at = code.indexOf('(', from); at < code.length; at++) {
    if (code[at] === '(') depth += 1
    else if (code[at] === ')' && --depth === 0) return at + 1
  }
  return code.length
}

/** Law 5. @param {readonly RegExp[]} ports files that are the door @returns {Law} */
const oneDoor = ports => file => {
  if (!isSource(file) || ports.some(pattern => pattern.test(file.path))) return []
  const found = doors.flatMap(([pattern, name]) =>
    [...file.code.matchAll(pattern)].map(({ index }) => `${lineAt(file.code, index)}: ${name} belongs in ports.ts`),
  )
  return [...found, ...findGlobalFetch(file)]
}

/** Law 5. @param {readonly string[]} allowed @returns {Law} */
const environmentOnlyIn = allowed => file =>
  isSource(file) && !allowed.includes(file.path)
    ? [
        ...file.code.matchAll(/\bprocess\s*\.\s*env\b/g),
        ...file.statements.matchAll(
          /\bprocess\[['"]env['"]\]|\{[^}]*\benv\b[^}]*\}\s*=\s*process\b|import\s*\{[^}]*\benv\b[^}]*\}\s*from\s*['"]node:process['"]/g,
        ),
      ].map(
        ({ index }) =>
          `${lineAt(file.code, index)}: process.env is read only in ${allowed.join(', ') || "an app's config.ts"}`,
      )
    : []

const stages = ['credential', 'issuer', 'token', 'proof', 'policy']
const builtIn = /^node:/
const vocabulary = /^@gatehouse\/(?:protocol|configuration)$/

/** Laws of each package (the numbers are those of the architecture), beside those that hold for all. @type {Readonly<Record<string, readonly Law[]>>} */
export const lawsOf = {
  '@gatehouse/protocol': [importsOnly('protocol', []), oneDoor([]), environmentOnlyIn([])],
  '@gatehouse/configuration': [
    importsOnly('configuration', [builtIn, /^ajv(\/|$)/]),
    oneDoor([]),
    environmentOnlyIn([]),
  ],
  '@gatehouse/verifier': [
    importsOnly('verifier', [builtIn, vocabulary, /^jose(?:\/|$)/]),
    stagesStandAlone(stages),
    importNoStage(['src/outcome.ts', 'src/ports.ts', 'src/rejections.ts'], stages),
    oneDoor([/^src\/ports\.ts$/]),
    environmentOnlyIn([]),
  ],
  '@gatehouse/forwarder': [importsOnly('forwarder', [builtIn]), oneDoor([/^src\/ports\.ts$/]), environmentOnlyIn([])],
  '@gatehouse/fastify-gateway': [
    importsOnly('fastify-gateway', [
      builtIn,
      vocabulary,
      /^@gatehouse\/(?:verifier|forwarder)$/,
      /^fastify(-plugin)?$/,
      /^@fastify\//,
      /^undici$/,
    ]),
    oneDoor([/^src\/ports\.ts$/]),
    environmentOnlyIn([]),
  ],
  '@gatehouse/mock-provider': [
    importsOnly('mock-provider', [builtIn, vocabulary, /^jose$/, /^@noble\/curves(\/|$)/, /^(?:nock|fastify)$/]),
    layersPointDown(['engine', 'grants', 'endpoints', 'adapters']),
    oneDoor([/^src\/(?:engine\/)?ports\.ts$/]),
    environmentOnlyIn([]),
  ],
  '@gatehouse/gateway': [oneDoor([/^src\/ports\.ts$/]), environmentOnlyIn(['src/config.ts'])],
  '@gatehouse/mock-oidc': [oneDoor([/^src\/ports\.ts$/]), environmentOnlyIn(['src/config.ts'])],
  '@gatehouse/testkit': [importsOnly('testkit', [builtIn, /^@gatehouse\/protocol$/, /^jose$/]), environmentOnlyIn([])],
}
