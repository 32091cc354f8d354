import { DEFECTS, type Defect } from '../../engine/defects.ts'
import { type MintRequest, mint } from '../../engine/mint.ts'
import { Refusal } from '../../engine/refusal.ts'
import { json, refused } from '../../http/answers.ts'
import { ANY_OBJECT, type Operations } from './call.ts'

export const tokens: Operations = {
  POST: {
    body: ANY_OBJECT,
    handle: ({ exchange, body }) => {
      const minted = mint(exchange.tenant, body as MintRequest)
      return minted instanceof Refusal ? refused(minted) : json(minted)
    },
  },
}

export const defects: Operations = {
  GET: { handle: () => json(DEFECTS.map(describeDefect)) },
}

/** `answers` is what a correct resource server says, null where it takes the token all the same; `client` what a correct client does. */
const describeDefect = ({ name, say, section, kinds, opaque, answers, client }: Defect): object => ({
  name,
  say,
  section,
  kinds,
  opaque: opaque ?? false,
  answers: answers ?? null,
  client: client ?? null,
})
