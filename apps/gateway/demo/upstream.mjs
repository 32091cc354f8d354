import { createServer } from 'node:http'
import { PORTS } from './ports.mjs'

// A service that knows nothing of tokens: it tells what reached it.
const server = createServer(async (request, response) => {
  let bytes = 0
  try {
    for await (const chunk of request) bytes += chunk.length
  } catch {
    return
  }
  const { method, url, headers } = request
  response.writeHead(200, { 'content-type': 'application/json' })
  response.end(`${JSON.stringify({ upstream: 'sample', method, url, headers, bodyBytes: bytes }, null, 2)}\n`)
})

server.on('error', error => {
  console.error(`the sample upstream can not listen: ${error.code}`)
  process.exit(1)
})
server.listen(PORTS.upstream, '127.0.0.1')

for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, () => {
    server.close(() => process.exit(0))
    server.closeAllConnections()
  })
}
