export { STAGE_CHANNEL, type Stage, type StageEvent } from './channels.ts'
export { type PrivateKey, readPrivateKey, signaturesOf } from './client/private-key.ts'
export {
  createTokenClient,
  type ExchangeWish,
  type TokenClient,
  type TokenClientSettings,
  type TokenWish,
} from './client/token-client.ts'
export type { IssuedToken } from './client/token-request.ts'
export { createUserinfoClient, type UserinfoClient, type UserinfoSettings } from './client/userinfo.ts'
export type { Inbound } from './inbound.ts'
export type { IssuerConfig } from './issuer/config.ts'
export type { IssuerStatus } from './issuer/health.ts'
export { type CheckedIssuers, checkIssuers } from './issuer/parse.ts'
export { applyPreset, PRESETS } from './issuer/presets.ts'
export { issuersSchema } from './issuer/schema.ts'
export type {
  AnswerMatch,
  ClaimDemand,
  ClientAuth,
  DecryptionOptions,
  Duration,
  IntrospectionClientOptions,
  IntrospectionOptions,
  IssuerOptions,
  JwksLocalOptions,
  JwksRemoteOptions,
  PolicyOptions,
  PresetName,
  RevocationOptions,
  UserinfoOptions,
  VerifierOptions,
} from './options.ts'
export { accept, type Outcome, type Refused, refuse } from './outcome.ts'
export { checkPolicy } from './policy/check.ts'
export type { Policy } from './policy/policy.ts'
export { policySchema } from './policy/schema.ts'
export {
  type AskInit,
  completePorts,
  type Novelty,
  type Ports,
  type ProofMemory,
  type ProofSharing,
  type TlsMaterial,
} from './ports.ts'
export type { Principal, Source } from './principal.ts'
export { DPOP_ALGORITHMS } from './proof/parse.ts'
export { createProofMemory, type LocalProofMemory } from './proof/replay.ts'
export { type Code, REJECTIONS, type Rejection, type RejectionDetails, type Rule } from './rejections.ts'
export { DENIED, Denials, RevocationError, type WantedDenial } from './revocation/denials.ts'
export type { Denial, DeniedBy } from './revocation/deny-list.ts'
export type { Revocations } from './revocation/revocations.ts'
export { createVerifier } from './verifier.ts'
export type { Verifier } from './verifier-interface.ts'
