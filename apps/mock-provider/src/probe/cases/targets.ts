import { credential, type Material, type ProbeCase, writeRequest } from '../case.ts'

const RFC = 'RFC 3986 section 6.2.2'

/** Other spellings of a path: what a router compares must be what an application is asked for. `first` is the path's first segment, `rest` all after it. */
const SPELLINGS: Readonly<Record<string, (path: string, first: string, rest: string) => string>> = {
  dot: (_, first, rest) => `${first}/.${rest}`,
  dot_at_start: path => `/.${path}`,
  dot_at_end: path => `${path}/.`,
  dot_dot: (path, first) => `${first}/..${path}`,
  dot_dot_at_start: path => `/..${path}`,
  dot_encoded: (_, first, rest) => `${first}/%2e${rest}`,
  dot_dot_encoded: (path, first) => `${first}/%2e%2e${path}`,
  dot_dot_half_encoded: (path, first) => `${first}/.%2e${path}`,
  dot_dot_encoded_slash: (path, first) => `${first}/..%2f${path.slice(1)}`,
  dot_dot_encoded_twice: (path, first) => `${first}/%252e%252e${path}`,
  dot_dot_overlong: (path, first) => `${first}/%c0%ae%c0%ae${path}`,
  dot_dot_semicolon: (path, first) => `${first}/..;${path}`,
  slash_twice: path => `/${path}`,
  slash_inside: (_, first, rest) => `${first}/${rest}`,
  slash_at_end: path => `${path}/`,
  slash_encoded: (_, first, rest) => `${first}${rest.replace(/^\//, '%2f')}`,
  backslash: (_, first, rest) => `${first}${rest.replace(/^\//, '\\')}`,
  backslash_at_start: path => `/\\${path.slice(1)}`,
  semicolon: (_, first, rest) => `${first};a=b${rest}`,
  semicolon_at_end: path => `${path};a=b`,
  semicolon_file: path => `${path};.css`,
  upper_case: path => path.toUpperCase(),
  first_letter_encoded: path => `/%${path.charCodeAt(1).toString(16)}${path.slice(2)}`,
  nul_at_end: path => `${path}%00`,
  nul_file: path => `${path}%00.css`,
  space_at_end: path => `${path}%20`,
  tab_at_end: path => `${path}%09`,
  line_end: path => `${path}%0d%0a`,
  extension: path => `${path}.json`,
  percent_bad: path => `${path}%`,
  percent_not_hex: path => `${path}%zz`,
  fragment: path => `${path}#x`,
  question_encoded: path => `${path}%3f`,
  absolute: path => `http://probe.invalid${path}`,
}

const SAID = 'a server that reads one path in one way may do so; the hop in front must read it in the same way'

/** Without a token none may be answered as the route is; with one a server may take what it means the same by. */
export function listTargets(material: Material): readonly ProbeCase[] {
  const { settings, route, good } = material
  const [path = '/', query] = route.path.split(/\?(.*)/)
  const [, first = '/', rest = ''] = /^(\/[^/]*)(.*)$/.exec(path) ?? []
  const spellings: [string, string][] = Object.entries(SPELLINGS).map(([name, spell]) => [
    name,
    spell(path, first, rest),
  ])
  if (settings.publicPath !== undefined) {
    const [open = ''] = settings.publicPath.split('?')
    for (const [name, up] of [
      ['dot_dot', '..'],
      ['dot_dot_encoded', '%2e%2e'],
      ['dot_dot_semicolon', '..;'],
      ['dot_dot_encoded_slash', '..%2f'],
    ] as const)
      spellings.push([
        `from_public_${name}`,
        `${open.replace(/\/$/, '')}/${up}${up.endsWith('f') ? path.slice(1) : path}`,
      ])
  }
  const others = spellings.filter(([, target]) => target !== path && target !== '')
  return others.flatMap(([name, target]): readonly ProbeCase[] => {
    const sent = query === undefined ? target : `${target}?${query}`
    const row = { attack: 'targets', section: RFC, demand: 'refuse' } as const
    return [
      {
        ...row,
        name: `${name}_without_token`,
        say: `${target}, without a token.`,
        fine: [301, 302, 307, 308, 400, 401, 403, 404, 405, 414, 421, 0],
        bytes: writeRequest(material, { path: sent }),
      },
      {
        ...row,
        name: `${name}_with_token`,
        say: `${target}, with a good token.`,
        fine: [301, 302, 307, 308, 400, 401, 403, 404, 405, 414, 421, 0],
        allowed: SAID,
        bytes: writeRequest(material, { path: sent, fields: [credential(settings, good)] }),
      },
    ]
  })
}
