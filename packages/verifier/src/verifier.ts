import { ConfigurationError } from '@gatehouse/configuration'
import type { TokenDigest } from '@gatehouse/protocol'
import { Challenges, describeChallenge } from './challenge.ts'
import { observe, tell } from './channels.ts'
import type { TokenClient } from './client/token-client.ts'
import type { UserinfoClient } from './client/userinfo.ts'
import { type Credential, type Extracted, extract, judgeForm } from './credential/extract.ts'
import { digestToken } from './digest.ts'
import type { Facts } from './facts.ts'
import { glance, isOpaque, MALFORMED, mayBeOpaque } from './glance.ts'
import type { Inbound } from './inbound.ts'
import type { IssuerConfig } from './issuer/config.ts'
import type { IssuerStatus } from './issuer/health.ts'
import { Registry } from './issuer/registry.ts'
import { createMember, type Member } from './member.ts'
import type { PolicyOptions, VerifierOptions } from './options.ts'
import { type Outcome, type Refused, refuse } from './outcome.ts'
import { needsPublicUrl, type Parsed, parseOptions } from './parse-options.ts'
import { authorize } from './policy/authorize.ts'
import { compilePolicy, type Policy } from './policy/policy.ts'
import { completePorts, type Ports } from './ports.ts'
import type { Principal } from './principal.ts'
import { ProofJudge } from './proof/dpop.ts'
import { DPOP_ALGORITHMS } from './proof/parse.ts'
import { verifyPossession } from './proof/possession.ts'
import type { Rejection } from './rejections.ts'
import { createRevocations } from './revocation/revocations.ts'
import { FactsCache } from './token/cache.ts'
import { classify, type Jwt } from './token/classify.ts'
import { askInTurn, type Sooner } from './token/in-turn.ts'
import { judgeUnproven } from './token/jwt.ts'
import { Refusals } from './token/refusals.ts'
import { mergeAnswer, prove, type Verdict } from './verdict.ts'
import type { Verifier } from './verifier-interface.ts'

/** Verdicts on JWTs that are remembered; beyond it the least used go. */
const MAX_VERDICTS = 20_000

/** Checks the options, and throws a ConfigurationError that lists every mistake. Asks no issuer anything before the first token comes. */
export function createVerifier<const N extends string>(
  options: VerifierOptions<N>,
  ports: Partial<Ports> = {},
): Verifier<N> {
  return new Pipeline<N>(parseOptions(options), completePorts(ports))
}

class Pipeline<N extends string> implements Verifier<N> {
  readonly #ports: Ports
  readonly #maxTokenBytes: number
  readonly #members: ReadonlyMap<IssuerConfig, Member>
  readonly #configured: Registry
  readonly #registries = new WeakMap<Policy<N>, Registry>()
  readonly #challenges = new WeakMap<Policy<N>, Challenges>()
  readonly #verdicts = new FactsCache<Verdict>(MAX_VERDICTS)
  readonly #refusals = new Refusals()
  readonly #flights = new Map<TokenDigest, Promise<Outcome<Verdict>>>()
  readonly #proofs: ProofJudge | undefined
  readonly #byName: ReadonlyMap<string, Member>
  readonly revocations: ReturnType<typeof createRevocations>

  constructor({ configs, maxTokenBytes, publicUrl }: Parsed, ports: Ports) {
    this.#ports = ports
    this.#proofs = publicUrl === undefined ? undefined : new ProofJudge(ports, publicUrl)
    this.#maxTokenBytes = maxTokenBytes
    this.#configured = new Registry(configs)
    this.#members = new Map(configs.map(config => [config, createMember(config, ports)]))
    const members = [...this.#members.values()]
    this.#byName = new Map(members.map(member => [member.config.name, member]))
    this.revocations = createRevocations(members, ports)
  }

  tokens(issuer: N): TokenClient {
    const client = this.#named(issuer).tokens
    if (client === undefined) throw new TypeError(`issuers.${issuer}.introspection.client: has no credentials`)
    return client
  }

  userinfo(issuer: N): UserinfoClient {
    return this.#named(issuer).userinfo
  }

  #named(name: string): Member {
    const member = this.#byName.get(name)
    if (member === undefined) throw new TypeError(`issuers.${name}: is not configured`)
    return member
  }

  policy(options: PolicyOptions<N>, path = 'auth'): Policy<N> {
    const byName = new Map(this.#configured.configs.map(config => [config.name, config]))
    const policy = compilePolicy(options, byName, path)
    if (policy.proof === 'dpop' && this.#proofs === undefined) throw new ConfigurationError([needsPublicUrl(path)])
    const allowed = policy.issuers.map(name => byName.get(name)).filter(config => config !== undefined)
    this.#registries.set(policy, new Registry(allowed))
    this.#challenges.set(policy, new Challenges())
    return policy
  }

  challenge(rejection: Rejection, policy: Policy<N>, resourceMetadata?: string): string | undefined {
    const make = () => this.#describe(rejection, policy, resourceMetadata)
    return this.#challenges.get(policy)?.find(rejection, resourceMetadata, make) ?? make()
  }

  #describe(rejection: Rejection, policy: Policy<N>, resourceMetadata: string | undefined): string | undefined {
    const scopes = policy.scopes.length > 0 ? policy.scopes : policy.anyScope
    const wantsProof = policy.proof === 'dpop' || (policy.proof === 'any' && rejection.code.startsWith('proof_'))
    return describeChallenge(rejection, {
      scopes,
      ...(wantsProof ? { scheme: 'DPoP', algorithms: DPOP_ALGORITHMS } : {}),
      ...(resourceMetadata === undefined ? {} : { resourceMetadata }),
    })
  }

  status(): readonly IssuerStatus[] {
    return [...this.#members.values()].map(({ health }) => health.read())
  }

  authenticate(inbound: Inbound, policy: Policy<N>): Sooner<Principal<N>> {
    const credential = extract(inbound.rawHeaders, this.#maxTokenBytes)
    if (!credential.ok) return tell('extract', undefined, credential)
    const facts = this.#establish(credential, this.#registryOf(policy))
    return facts instanceof Promise
      ? facts.then(known => this.#judge(known, credential.value, inbound, policy))
      : this.#judge(facts, credential.value, inbound, policy)
  }

  glance({ rawHeaders }: Pick<Inbound, 'rawHeaders'>, policy: Policy<N>): Refused | undefined {
    const credential = extract(rawHeaders, this.#maxTokenBytes)
    if (!credential.ok) {
      tell('extract', undefined, credential)
      return credential
    }
    const registry = this.#registryOf(policy)
    return glance(
      credential,
      digestToken(registry.digest, credential.value.token),
      registry,
      this.#refusals,
      this.#ports.now(),
    )
  }

  #judge(facts: Outcome<Facts>, credential: Credential, inbound: Inbound, policy: Policy<N>): Sooner<Principal<N>> {
    if (!facts.ok) return facts
    const { issuerName } = facts.value.principal
    if (this.revocations.list.size > 0 && this.revocations.isDenied(facts.value.principal)) {
      return refuse({ code: 'token_inactive', issuer: issuerName, cause: REVOKED })
    }
    const { scheme, token } = credential
    const proven = verifyPossession(facts.value, { scheme, token, inbound }, this.#proofs)
    if (!(proven instanceof Promise))
      return this.#authorize(facts.value, tell('possession', issuerName, proven), policy)
    return observe(this.#ports, 'possession', issuerName, proven).then(known =>
      this.#authorize(facts.value, known, policy),
    )
  }

  #authorize(facts: Facts, proven: Outcome<boolean>, policy: Policy<N>): Outcome<Principal<N>> {
    if (!proven.ok) return proven
    const outcome = authorize(facts, policy, this.#ports.now(), proven.value)
    return tell('authorize', facts.principal.issuerName, outcome)
  }

  /** The facts of a token: remembered, verified here, told by its issuer, or both. */
  #establish(credential: Extracted, registry: Registry): Sooner<Facts> {
    const { token } = credential.value
    const [first, second] = registry.configs
    if (first !== undefined && second === undefined && isOpaque(first)) {
      const judged = tell('extract', undefined, judgeForm(credential))
      return judged.ok ? this.#ask(token, this.#memberOf(first)) : judged
    }
    const digest = digestToken(registry.digest, token)
    // Only JWTs are remembered here, and none is without a dot.
    if (!token.includes('.')) return this.#establishOpaque(credential, digest, registry)
    const now = this.#ports.now()
    const verdict = this.#verdicts.get(digest, now)
    if (verdict?.member.keys.vouches(verdict.key, now)) {
      tell('extract', undefined, credential)
      return this.#confirm(token, verdict)
    }
    const flight = this.#flights.get(digest)
    if (flight === undefined) {
      return this.#refusals.repeat(digest, credential, now) ?? this.#establishAnew(credential, digest, registry, now)
    }
    tell('extract', undefined, credential)
    return flight.then(known => (known.ok ? this.#confirm(token, known.value) : known))
  }

  #establishAnew(credential: Extracted, digest: TokenDigest, registry: Registry, now: number): Sooner<Facts> {
    const { token } = credential.value
    const shape = classify(token)
    if (shape.shape === 'opaque') return this.#establishOpaque(credential, digest, registry)
    // What looks like a JWT has no character that a token may not have.
    tell('extract', undefined, credential)
    if (shape.shape === 'malformed') {
      return this.#askThose(token, digest, registry, isOpaque, refuse({ code: 'token_malformed', cause: shape.cause }))
    }
    const issuer = tell('resolve', undefined, registry.resolve(shape.jwt.claims))
    if (!issuer.ok) {
      // A token of an issuer that other routes trust is not put to those of this one.
      const isElsewhere = this.#configured.resolve(shape.jwt.claims).ok
      const answer = isElsewhere ? issuer : this.#askThose(token, digest, registry, isOpaque, issuer)
      return answer === issuer ? this.#refusals.keep(digest, issuer, 'resolve', undefined, now) : answer
    }
    const member = this.#memberOf(issuer.value)
    return isOpaque(issuer.value) ? this.#ask(token, member) : this.#verify(token, digest, shape.jwt, member, now)
  }

  #establishOpaque(credential: Extracted, digest: TokenDigest, registry: Registry): Sooner<Facts> {
    const judged = tell('extract', undefined, judgeForm(credential))
    if (!judged.ok) return judged
    return this.#askThose(credential.value.token, digest, registry, mayBeOpaque, MALFORMED)
  }

  /** At once where the keys are there. Else parallel requests with the same token share one wait and one verification. */
  #verify(token: string, digest: TokenDigest, jwt: Jwt, member: Member, now: number): Sooner<Facts> {
    const { name } = member.config
    const facts = judgeUnproven(member.config, jwt, now)
    if (!facts.ok) {
      tell('verify', name, facts)
      return this.#refusals.keep(digest, facts, 'verify', name, now)
    }
    const keys = member.keys.find(jwt)
    if (!(keys instanceof Promise)) {
      return this.#remember(token, digest, tell('verify', name, prove(token, jwt, member, facts, keys)))
    }
    const flight = keys.then(found => prove(token, jwt, member, facts, found))
    this.#flights.set(digest, flight)
    return observe(this.#ports, 'verify', name, flight)
      .finally(() => this.#flights.delete(digest))
      .then(verdict => this.#remember(token, digest, verdict))
  }

  #remember(token: string, digest: TokenDigest, verdict: Outcome<Verdict>): Sooner<Facts> {
    if (!verdict.ok) return verdict
    this.#verdicts.set(digest, verdict.value, verdict.value.facts.value.validUntil, this.#ports.now())
    return this.#confirm(token, verdict.value)
  }

  /** `tokens: both`: the issuer is asked on every request, which its own memory of answers makes cheap. */
  #confirm(token: string, verdict: Verdict): Sooner<Facts> {
    if (verdict.member.config.tokens !== 'both') return verdict.facts
    const answer = this.#ask(token, verdict.member)
    return answer instanceof Promise ? answer.then(told => mergeAnswer(verdict, told)) : mergeAnswer(verdict, answer)
  }

  /** Puts the token to the issuers of the route for which `isAsked` holds; `otherwise` is the answer where there is none. */
  #askThose(
    token: string,
    digest: TokenDigest,
    { configs }: Registry,
    isAsked: (config: IssuerConfig) => boolean,
    otherwise: Refused,
  ): Sooner<Facts> {
    const [only] = configs
    // One issuer's own digest is that of its registry.
    if (only !== undefined && configs.length === 1)
      return isAsked(only) ? this.#ask(token, this.#memberOf(only), digest) : otherwise
    const asked = configs.filter(isAsked)
    return askInTurn(
      asked.map(config => () => this.#ask(token, this.#memberOf(config))),
      otherwise,
    )
  }

  #ask(token: string, { config, introspector }: Member, digest = digestToken(config.digest, token)): Sooner<Facts> {
    if (introspector === undefined) return MALFORMED
    const answer = introspector.introspect(token, digest)
    return answer instanceof Promise
      ? observe(this.#ports, 'introspect', config.name, answer)
      : tell('introspect', config.name, answer)
  }

  #memberOf(config: IssuerConfig): Member {
    const member = this.#members.get(config)
    if (member === undefined) throw new TypeError('The issuer is not one of this verifier')
    return member
  }

  #registryOf(policy: Policy<N>): Registry {
    const registry = this.#registries.get(policy)
    if (registry === undefined) throw new TypeError('The policy was not compiled by this verifier')
    return registry
  }
}

const REVOKED = 'The token was revoked'
