export type { Brand, EpochSeconds, Issuer, TokenDigest } from './brands.ts'
export type { Claims, Confirmation } from './claims.ts'
export type { JsonWebKeySet, PublicJwk, SignatureAlgorithm } from './jose.ts'
export type { JsonArray, JsonObject, JsonPrimitive, JsonValue } from './json.ts'
export type {
  BearerError,
  ClientAuthenticationMethod,
  DpopError,
  IntrospectionResponse,
  OAuthError,
  StepUpError,
} from './oauth.ts'
export type { ProblemDetails } from './problem.ts'
