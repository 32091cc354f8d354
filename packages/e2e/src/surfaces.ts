import type { Gate } from './gate.ts'

/**
 * Header lines on every kind of request that a gateway might treat as an exception: public and guarded, preflights, upgrades, methods, and
 * what ends in a refusal. What the upstream then saw is for the test to look at: answers how many requests were sent.
 */
export async function sendEverywhere(gate: Gate, lines: readonly string[]): Promise<number> {
  const authorization = `Authorization: Bearer ${await gate.token()}`
  const preflight = ['Origin: https://app.example.com', 'Access-Control-Request-Method: GET']
  const upgrade = [
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
  ]
  const requests: readonly (readonly [method: string, target: string, more: readonly string[]])[] = [
    ['GET', '/private/1', [authorization]],
    ['POST', '/private/1', [authorization, 'Content-Length: 0']],
    ['OPTIONS', '/private/1', [authorization]],
    ['GET', '/private/1', []],
    ['GET', '/private/1', ['Authorization: Bearer x.y.z']],
    ['GET', '/admin/1', [authorization]],
    ['GET', '/browser/1', [authorization, 'Origin: https://app.example.com']],
    ['OPTIONS', '/browser/1', preflight],
    ['OPTIONS', '/public/1', preflight],
    ['OPTIONS', '/public/1', []],
    ['GET', '/public/1', []],
    ['HEAD', '/public/1', []],
    ['GET', '/health', []],
    ['GET', '/public/1', upgrade],
    ['GET', '/private/1', [authorization, ...upgrade]],
    ['GET', '/private/1', upgrade],
    ['GET', '/nowhere', []],
    ['GET', '/public/../x', []],
  ]
  for (const [method, target, more] of requests) {
    // A connection that is to switch can not close as well.
    const isUpgrade = more.includes('Connection: Upgrade')
    const head = [
      `${method} ${target} HTTP/1.1`,
      `Host: 127.0.0.1:${gate.port}`,
      ...(isUpgrade ? [] : ['Connection: close']),
    ]
    await gate.raw(`${[...head, ...more, ...lines].join('\r\n')}\r\n\r\n`)
  }
  return requests.length
}
