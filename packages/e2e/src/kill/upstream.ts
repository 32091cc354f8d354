import { createServer, type ServerResponse } from 'node:http'

/** A program: an upstream on the port that is its argument. `?hold` is answered when somebody asks for /release. */
const held = new Set<ServerResponse>()

createServer((request, response) => {
  if (request.url === '/held') response.end(String(held.size))
  else if (request.url === '/release') {
    for (const waiting of held) waiting.end('released')
    held.clear()
    response.end()
  } else if (request.url?.endsWith('?hold') === true) {
    held.add(response)
    response.on('close', () => held.delete(response))
  } else response.end('ok')
}).listen(Number(process.argv[2]), '127.0.0.1')
