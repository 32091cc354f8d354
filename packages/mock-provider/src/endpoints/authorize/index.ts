import type { Parameters } from '../../engine/parameters.ts'
import { Refusal } from '../../engine/refusal.ts'
import type { Endpoint, Exchange } from '../../http/endpoint.ts'
import { readParameters } from '../../http/form.ts'
import type { Answer } from '../../http/message.ts'
import { refuseByProfile } from '../../http/profile.ts'
import { judgeAddress } from './address.ts'
import { continueInteraction } from './interaction.ts'
import { explain } from './pages.ts'
import { proceed } from './proceed.ts'
import { judgeRequest } from './request.ts'
import { resolveRequest } from './resolve.ts'
import { respondWithError } from './respond.ts'

/** RFC 6749 section 3.1, OpenID Connect Core section 3.1.2. Our own pages post here too. */
export const authorize: Endpoint = {
  name: 'authorize',
  cors: false,
  methods: { GET: authorizeClient, POST: authorizeClient },
}

function authorizeClient(exchange: Exchange): Answer | Promise<Answer> {
  const { question } = exchange
  const shown = readParameters(question)
  if (shown instanceof Refusal) return explain(question, shown)
  return shown.has('interaction') ? continueInteraction(exchange, shown) : beginRequest(exchange, shown)
}

async function beginRequest(exchange: Exchange, shown: Parameters): Promise<Answer> {
  const { tenant, question } = exchange
  const parameters = await resolveRequest(exchange, shown)
  if (parameters instanceof Refusal) return refuse(exchange, shown, parameters)
  const unfit = refuseByProfile(tenant, 'authorize', question)
  if (unfit !== undefined) return refuse(exchange, parameters, unfit)
  const addressed = judgeAddress(tenant, parameters)
  if (addressed instanceof Refusal) return explain(question, addressed)
  const { client, address } = addressed
  const request = judgeRequest(tenant, parameters, client, address)
  return request instanceof Refusal
    ? respondWithError(exchange, address, request)
    : proceed(exchange, { request, parameters })
}

/** A refusal goes to the application where what was shown has an address of its own; else to the user. */
async function refuse(exchange: Exchange, shown: Parameters, refusal: Refusal): Promise<Answer> {
  const { tenant, question } = exchange
  const addressed = judgeAddress(tenant, shown)
  return addressed instanceof Refusal
    ? explain(question, refusal)
    : respondWithError(exchange, addressed.address, refusal)
}
