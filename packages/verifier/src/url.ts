/**
 * The absolute URL in a text of somebody else's, or undefined. Not by `URL.canParse`: once Node 20 has compiled its callers it reads texts
 * of one byte a character as UTF-8, and then says yes to what `new URL` throws at, and no to what is a URL.
 */
export function parseUrl(text: string): URL | undefined {
  try {
    return new URL(text)
  } catch {
    return undefined
  }
}
