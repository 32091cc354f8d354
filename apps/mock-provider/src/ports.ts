/** The network, late-bound: the one door of this app. */
export const request = (input: string, init: RequestInit): Promise<Response> => globalThis.fetch(input, init)
