import{createRequire as __cr}from'node:module';const require=__cr(import.meta.url);

// dist/server/listen.js
import { lookup } from "node:dns/promises";
import { once } from "node:events";
var ListenError = class extends Error {
  name = "ListenError";
};
var REASONS = {
  EADDRINUSE: (host, port) => `Port ${port} on ${host} is taken: something else listens there.`,
  EACCES: (host, port) => `Port ${port} on ${host} needs privileges that this process does not have.`,
  EADDRNOTAVAIL: (host) => `${host} is no address of this machine.`,
  EAI_AGAIN: (host) => `The host name ${host} is not known.`,
  ENOTFOUND: (host) => `The host name ${host} is not known.`
};
async function listen(server, { host, port }) {
  try {
    const { address } = await lookup(host);
    server.listen({ host: address, port });
    await once(server, "listening");
  } catch (error) {
    throw explain(error, host, port);
  }
  const bound = server.address();
  return typeof bound === "object" && bound !== null ? bound.port : port;
}
function explain(error, host, port) {
  const code = error instanceof Error && "code" in error ? String(error.code) : "unknown";
  return new ListenError(REASONS[code]?.(host, port) ?? `Listening on ${host}, port ${port}, failed (${code}).`);
}
var listenerUrl = (scheme, host, port) => `${scheme}://${host.includes(":") ? `[${host}]` : host}:${port}`;
var schemeOf = ({ tls }) => tls === void 0 ? "http" : "https";

export {
  ListenError,
  listen,
  listenerUrl,
  schemeOf
};
