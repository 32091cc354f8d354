type Jose = typeof import('jose')

let loading: Promise<Jose> | undefined

/** Loaded by the first that needs it: most gateways never see a proof or an encrypted answer, and all of them start. */
export function loadJose(): Promise<Jose> {
  loading ??= import('jose')
  return loading
}
