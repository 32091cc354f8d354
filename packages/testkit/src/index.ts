export { type Call, type FakePorts, fakePorts, json, type Reply } from './ports.ts'
export { forgeToken, makeKey, type SigningAlgorithm, type SigningKey, signToken, signWithSecret } from './tokens.ts'
export {
  type Answer,
  type RawUpstream,
  type RecordingUpstream,
  rawUpstream,
  recordingUpstream,
  type Seen,
} from './upstream.ts'
export { openWire, parseAnswer, rawRequest, type Wire, type WireAnswer } from './wire.ts'
