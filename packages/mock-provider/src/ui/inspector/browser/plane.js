const { plane, prefix, issuer, origin } = document.body.dataset

/** Whose control plane this page speaks to. */
export const tenant = { plane, prefix, issuer, origin }

/** What the control plane refused, in its own words. */
export class Refused extends Error {
  constructor(status, text) {
    super(`${status}: ${describe(text)}`)
    this.status = status
  }
}

function describe(text) {
  try {
    const { error, error_description: say } = JSON.parse(text)
    return [error, say].filter(part => part !== undefined).join(': ')
  } catch {
    return text
  }
}

/** One call of the control plane; answers its JSON. Throws Refused, or an Error where nobody answers. */
export async function call(method, path, body) {
  let response
  try {
    response = await window.fetch(`${plane}/${path}`, {
      method,
      headers: { accept: 'application/json', ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
  } catch {
    throw new Error('The mock provider does not answer. Is it still running?')
  }
  const text = await response.text()
  if (!response.ok) throw new Refused(response.status, text)
  return JSON.parse(text)
}

export const read = path => call('GET', path)
