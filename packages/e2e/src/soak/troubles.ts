import { type FaultOptions, MISBEHAVIOURS } from '@gatehouse/mock-provider'

/** A way in which an upstream fails. */
export interface Trouble {
  readonly name: string
  /** What the mock is told to do to its answer, or what goes over the wire in place of any. */
  readonly by: { readonly fault: FaultOptions } | { readonly bytes: string }
  /** What a client is then told, where that is not the answer itself; 0 where its connection is cut. */
  readonly statuses?: readonly number[]
}

/** To who passes it on unread it is a small body like any, and to make it keeps the load's own process from sending. */
const UNFIT = 'gzip_bomb'

const scripted = (name: string, fault: FaultOptions, statuses?: readonly number[]): Trouble => ({
  name,
  by: { fault },
  ...(statuses === undefined ? {} : { statuses }),
})

/** Everything that the mock can do to any answer, and what no HTTP library sends. */
export const TROUBLES: readonly Trouble[] = [
  ...MISBEHAVIOURS.filter(({ name, endpoints }) => endpoints === 'any' && name !== UNFIT).map(({ name }) =>
    scripted(name, { misbehaviour: name }),
  ),
  scripted('late', { delay: '200ms' }),
  // Longer than the gateway waits for the head of an answer.
  scripted('silent', { delay: '20s' }, [504]),
  scripted('dripping', { trickle: '400ms' }),
  scripted('cut before the body', { truncate: 0 }),
  scripted('closing', { headers: { connection: 'close' } }),
  scripted('redirect to itself', { status: 302, headers: { location: '/main' } }),
  { name: 'nonsense', by: { bytes: 'NONSENSE\r\n\r\n' }, statuses: [502] },
  {
    name: 'two lengths',
    by: { bytes: 'HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab' },
    statuses: [502],
  },
  {
    name: 'cut stream',
    by: { bytes: `HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n40000\r\n${'x'.repeat(200_000)}` },
    statuses: [502, 0],
  },
]
