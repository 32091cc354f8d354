/** Broken in a promise that nobody waits for. */
export async function fuzz(input: Buffer): Promise<void> {
  if (input[0] === 0x21) void Promise.reject(new Error('planted where nobody waits'))
  await new Promise(resolve => setImmediate(resolve))
}
