import { DEFECTS, type Defect } from '../../engine/defects.ts'
import { type MintRequest, mint } from '../../engine/mint.ts'
import { Refusal } from '../../engine/refusal.ts'
import { json, refused } from '../../http/answers.ts'
import type { Answer } from '../../http/message.ts'
import { MISBEHAVIOURS, type Misbehaviour } from '../../misbehaviours/index.ts'
import { ANY_OBJECT, type Call, type Operations, refuse } from './call.ts'

export const tokens: Operations = {
  POST: {
    body: ANY_OBJECT,
    handle: mintToken,
  },
}

function mintToken({ exchange, body }: Call): Answer {
  const minted = mint(exchange.tenant, body as MintRequest)
  if (!(minted instanceof Refusal)) return json(minted)
  const isOfEndpoint = typeof body.defect === 'string' && MISBEHAVIOURS.some(({ name }) => name === body.defect)
  return isOfEndpoint
    ? refuse('defect: is one of an endpoint and not of a token: POST /_mock/faults {"misbehaviour": NAME}')
    : refused(minted)
}

export const defects: Operations = {
  GET: { handle: () => json(DEFECTS.map(describeDefect)) },
}

export const misbehaviours: Operations = {
  GET: { handle: () => json(MISBEHAVIOURS.map(describeMisbehaviour)) },
}

/**
 * `answers` is what a correct resource server says, null where it takes the token all the same; `client` what a correct client does; `allowed`
 * why a receiver may take it.
 */
const describe = ({ name, say, section, answers, client, allowed }: Told): object => ({
  name,
  say,
  section,
  answers: answers ?? null,
  client: client ?? null,
  allowed: allowed ?? null,
})

type Told = Pick<Defect, 'name' | 'say' | 'section' | 'answers' | 'client' | 'allowed'>

/** Made by `POST /_mock/tokens {defect}`. */
const describeDefect = (defect: Defect): object => ({
  kind: 'token',
  ...describe(defect),
  kinds: defect.kinds,
  opaque: defect.opaque ?? false,
})

/** Put in force by `POST /_mock/faults {misbehaviour}`. */
const describeMisbehaviour = (row: Misbehaviour): object => ({
  kind: 'endpoint',
  ...describe(row),
  endpoints: row.endpoints === 'any' ? ['any'] : row.endpoints,
})
