// Where nginx is not installed: the same answers from node:http.
import { createServer } from 'node:http'

const small = Buffer.from('{"id":7,"state":"open","lines":[{"sku":"a","n":1},{"sku":"b","n":2}]}')
const big = Buffer.alloc(1 << 20, 'x')
createServer((request, response) => {
  request.resume()
  response.setHeader('content-type', 'application/json')
  response.end(request.url?.endsWith('/big') ? big : small)
}).listen(Number(process.argv[2]), '127.0.0.1')
