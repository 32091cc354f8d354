import type { ServerResponse } from 'node:http'

/** Whether an answer with these fields is a stream of server-sent events into which an event can be put. */
export function isEventStream(status: number, headers: readonly string[]): boolean {
  if (status !== 200) return false
  let isEvents = false
  for (let index = 0; index + 1 < headers.length; index += 2) {
    const name = headers[index]
    if (name === undefined || (name.length !== 12 && name.length !== 16)) continue
    const lower = name.toLowerCase()
    if (lower === 'content-type') isEvents = /^text\/event-stream\b/i.test(headers[index + 1] ?? '')
    else if (lower === 'content-encoding') return false
  }
  return isEvents
}

/** A stream of server-sent events on its way to the client. */
export interface EventStream {
  /**
   * Ends it with a last event. False, and nothing done, in the middle of an event of the upstream, which the client would take for a whole
   * one, and where no length or end of a chunk would tell the client that the answer is complete.
   */
  end(event: string, data: string): boolean
}

type Write = (chunk: string | Uint8Array, ...more: unknown[]) => boolean

/**
 * Puts itself between the answer and whoever writes it, to know where an event ends and to let nothing follow the last one. Line ends are
 * LF, CR or both (HTML, section 9.2.5).
 */
export function watchEvents(response: ServerResponse): EventStream {
  const write = response.write.bind(response) as Write
  const finish = response.end.bind(response)
  const isHttp2 = response.req.httpVersionMajor === 2
  let isOver = false
  let tail = '\n\n'
  const replaced: Write = (chunk, ...more) => {
    if (isOver) return true
    tail = (tail + textOf(chunk)).slice(-4)
    return write(chunk, ...more)
  }
  response.write = replaced as ServerResponse['write']
  response.end = ((...parts: []) => (isOver ? response : finish(...parts))) as ServerResponse['end']
  return {
    end(event, data) {
      const isBetween = /\n\n$/.test(tail.replace(/\r\n?/g, '\n'))
      if (isOver || response.writableEnded || !isBetween || !(isHttp2 || response.chunkedEncoding)) return false
      isOver = true
      // The connection of HTTP/2 has other answers; the upstream's side is let go with the stream.
      const socket = isHttp2 ? undefined : response.socket
      write(`event: ${event}\ndata: ${data}\n\n`)
      // The upstream's side is let go when the connection ends, and not before its last bytes are out.
      finish(() => socket?.destroySoon())
      return true
    },
  }
}

const textOf = (chunk: string | Uint8Array): string =>
  typeof chunk === 'string' ? chunk.slice(-4) : Buffer.from(chunk.subarray(-4)).toString('latin1')
