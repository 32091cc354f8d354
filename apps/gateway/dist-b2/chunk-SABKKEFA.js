import{createRequire as __cr}from'node:module';const require=__cr(import.meta.url);
import {
  loadConfiguration
} from "./chunk-3CZQ33RO.js";
import {
  checkGateway,
  gatewaySchema
} from "./chunk-3TSVOOTE.js";
import {
  checkShape,
  memberPath,
  parseDuration
} from "./chunk-AKJD27A7.js";

// dist/server/settings.js
import { X509Certificate } from "node:crypto";
import { BlockList, isIP } from "node:net";
import { availableParallelism } from "node:os";
import { createSecureContext } from "node:tls";

// dist/server/schema.js
var duration = (description, fallback) => ({
  type: ["string", "number"],
  format: "duration",
  minimum: 0,
  description: `${description}: a duration such as 250ms, 30s, 10m or 24h, or a number of seconds; default ${fallback}`,
  default: fallback
});
var bytes = (description, fallback, minimum, maximum) => ({
  type: "integer",
  minimum,
  maximum,
  description: `${description}, in bytes: a whole number from ${minimum} to ${maximum}; default ${fallback}`,
  default: fallback
});
var host = (what) => ({
  type: "string",
  minLength: 1,
  pattern: "^[0-9A-Za-z.:_%-]+$",
  description: `the host name or IP address ${what} listens on, without port or brackets; default 127.0.0.1`,
  default: "127.0.0.1"
});
var port = (what, fallback) => ({
  type: "integer",
  minimum: 0,
  maximum: 65535,
  description: `the TCP port of ${what}: a whole number from 0 (any free one) to 65535; default ${fallback}`,
  default: fallback
});
var file = (what) => ({
  type: "string",
  minLength: 1,
  description: `a PEM file with ${what}, relative to the configuration file`
});
var serverSchema = {
  type: "object",
  description: "an object: host, port, publicUrl, trustedProxies, tls, workers, shutdownGrace, limits",
  additionalProperties: false,
  properties: {
    host: host("the gateway"),
    port: port("the gateway", 4e3),
    publicUrl: {
      type: "string",
      format: "uri-http",
      description: "the origin that clients see, such as https://api.example.com, without path; default the listener"
    },
    trustedProxies: {
      type: "array",
      description: "a list of IP addresses or CIDRs such as 10.0.0.0/8, whose X-Forwarded-* are believed; default none",
      items: { type: "string", minLength: 1, description: "an IP address or a CIDR such as 10.0.0.0/8" },
      default: []
    },
    tls: {
      type: "object",
      description: "an object: cert and key, and optionally clientCa",
      additionalProperties: false,
      required: ["cert", "key"],
      properties: {
        cert: file("the certificate and its chain"),
        key: file("the private key, without a passphrase"),
        clientCa: file("the authorities of client certificates, which are then asked for")
      }
    },
    workers: {
      type: ["integer", "string"],
      minimum: 1,
      maximum: 256,
      pattern: "^auto$",
      description: "how many processes serve: a whole number from 1 to 256, or auto for one a core; default 1",
      default: 1
    },
    shutdownGrace: duration("how long requests in flight may take to finish on shutdown", "15s"),
    limits: {
      type: "object",
      description: "an object: headers, token, body, headersTimeout, requestTimeout",
      additionalProperties: false,
      properties: {
        headers: bytes("the longest request head", 16384, 1024, 1048576),
        token: bytes("the longest token", 8192, 64, 1048576),
        body: bytes("the longest request body", 104857600, 0, Number.MAX_SAFE_INTEGER),
        headersTimeout: duration("how long a client may take to send the request head; 0s is for ever", "10s"),
        requestTimeout: duration("how long a client may take to send the whole request; 0s is for ever", "5m")
      }
    }
  }
};
var adminSchema = {
  type: ["object", "boolean"],
  not: { const: true },
  description: "false for no admin listener, or an object: host and port",
  additionalProperties: false,
  properties: { host: host("the admin listener"), port: port("the admin listener", 4001) }
};

// dist/server/settings.js
var SERVER = {
  host: "127.0.0.1",
  port: 4e3,
  trustedProxies: [],
  workers: 1,
  shutdownGrace: "15s",
  limits: { headers: 16384, token: 8192, body: 104857600, headersTimeout: "10s", requestTimeout: "5m" }
};
var ADMIN = { host: "127.0.0.1", port: 4001 };
function checkSettings(server, admin, unread) {
  const problems = [];
  if (server !== void 0)
    problems.push(...checkShape(serverSchema, server, "server"));
  if (admin !== void 0)
    problems.push(...checkShape(adminSchema, admin, "admin"));
  if (problems.length > 0)
    return problems;
  const effective = effectiveSettings(server, admin);
  problems.push(...checkServer(effective.server), ...checkTls(effective.server.tls, unread));
  if (effective.admin && isSameListener(effective.server, effective.admin)) {
    problems.push({
      path: "admin.port",
      message: "is the port of the server",
      allowed: "another port, or admin: false"
    });
  }
  return problems;
}
function effectiveSettings(server, admin) {
  const written = server ?? {};
  const listener = admin ?? {};
  return {
    server: { ...SERVER, ...written, limits: { ...SERVER.limits, ...written.limits } },
    admin: listener === false ? false : { ...ADMIN, ...listener }
  };
}
function parseSettings(server, admin) {
  const effective = effectiveSettings(server, admin);
  const { host: host2, port: port2, publicUrl, trustedProxies, tls, workers, shutdownGrace, limits } = effective.server;
  return {
    host: host2,
    port: port2,
    publicUrl: publicUrl === void 0 ? void 0 : new URL(publicUrl).origin,
    trustedProxies,
    tls: tls && { cert: tls.cert, key: tls.key, clientCa: tls.clientCa },
    workers: workers === "auto" ? availableParallelism() : workers,
    shutdownGrace: seconds(shutdownGrace),
    limits: {
      headers: limits.headers,
      token: limits.token,
      body: limits.body,
      headersTimeout: seconds(limits.headersTimeout),
      requestTimeout: seconds(limits.requestTimeout)
    },
    admin: effective.admin || void 0
  };
}
var seconds = (duration2) => parseDuration(duration2) ?? 0;
function checkServer(server) {
  const problems = [];
  if (server.publicUrl !== void 0 && !isOrigin(server.publicUrl)) {
    problems.push({
      path: "server.publicUrl",
      message: "is more than an origin",
      allowed: "scheme, host and port, such as https://api.example.com"
    });
  }
  for (const [index, proxy] of (server.trustedProxies ?? []).entries()) {
    if (isAddressRange(proxy))
      continue;
    problems.push({
      path: `server.trustedProxies[${index}]`,
      message: "is no IP address or CIDR",
      allowed: "such as 10.0.0.0/8, ::1 or 192.0.2.7"
    });
  }
  const { headersTimeout, requestTimeout } = { ...SERVER.limits, ...server.limits };
  if (seconds(requestTimeout) > 0 && seconds(requestTimeout) < seconds(headersTimeout)) {
    problems.push({
      path: "server.limits.requestTimeout",
      message: "is shorter than headersTimeout",
      allowed: "at least as long, or 0s"
    });
  }
  return problems;
}
function isOrigin(text) {
  const url = new URL(text);
  return url.username === "" && url.password === "" && url.pathname === "/" && url.search === "" && url.hash === "";
}
function isAddressRange(text) {
  const [address = "", prefix, ...rest] = text.split("/");
  const family = isIP(address);
  if (family === 0 || rest.length > 0)
    return false;
  if (prefix === void 0)
    return true;
  if (!/^\d{1,3}$/.test(prefix) || Number(prefix) > (family === 4 ? 32 : 128))
    return false;
  new BlockList().addSubnet(address, Number(prefix), family === 4 ? "ipv4" : "ipv6");
  return true;
}
var isSameListener = (one, other) => one.port !== 0 && one.port === other.port && (one.host === other.host || [one.host, other.host].some(isWildcard));
var isWildcard = (host2) => host2 === "0.0.0.0" || host2 === "::";
function checkTls(tls, unread) {
  if (tls === void 0)
    return [];
  const problems = [];
  const judge = (name, isGood, allowed) => {
    const text = tls[name];
    if (text === void 0 || unread.has(`server.tls.${name}`) || succeeds(() => isGood(text)))
      return;
    problems.push({ path: `server.tls.${name}`, message: "is not what it should be", allowed });
  };
  judge("cert", (pem) => createSecureContext({ cert: pem }) && new X509Certificate(pem), "a PEM certificate");
  judge("key", (pem) => createSecureContext({ key: pem }), "a PEM private key without a passphrase");
  judge("clientCa", (pem) => new X509Certificate(pem), "PEM certificates");
  const isWhole = problems.length === 0 && ![...unread].some((path) => path.startsWith("server.tls."));
  if (isWhole && !succeeds(() => createSecureContext({ cert: tls.cert, key: tls.key }))) {
    problems.push({
      path: "server.tls.key",
      message: "is not the key of the certificate",
      allowed: "the private key of server.tls.cert"
    });
  }
  return problems;
}
function succeeds(attempt) {
  try {
    attempt();
    return true;
  } catch {
    return false;
  }
}

// dist/configuration/coerce.js
function coerceReplaced(value, schema, replaced, path = "") {
  if (typeof value === "string")
    return replaced.has(path) ? coerce(value, schema) : value;
  if (typeof value !== "object" || value === null)
    return value;
  if (Array.isArray(value)) {
    const items = asSchema(schema.items);
    return items === void 0 ? value : value.map((item, index) => coerceReplaced(item, items, replaced, memberPath(path, index)));
  }
  const properties = asSchema(schema.properties);
  const others = asSchema(schema.additionalProperties);
  const entries = Object.entries(value).map(([name, member]) => {
    const known = properties !== void 0 && Object.hasOwn(properties, name) ? asSchema(properties[name]) : others;
    return [
      name,
      known === void 0 ? member : coerceReplaced(member, known, replaced, memberPath(path, name))
    ];
  });
  return Object.fromEntries(entries);
}
function coerce(text, schema) {
  const types = Array.isArray(schema.type) ? schema.type : [schema.type];
  const wantsNumber = types.includes("integer") || types.includes("number");
  if (wantsNumber && /^\d{1,15}(\.\d{1,6})?$/.test(text))
    return Number(text);
  if (types.includes("boolean") && (text === "true" || text === "false"))
    return text === "true";
  return text;
}
var asSchema = (value) => typeof value === "object" && value !== null && !Array.isArray(value) ? value : void 0;

// dist/configuration/redact.js
var REDACTED = "[redacted]";
var SECRET_PATHS = [
  /^server\.tls\.key$/,
  /^issuers\b.*\.secret$/,
  /^issuers\b.*\.introspection\.client\.(secret|key|token)$/,
  // Private members of a JWK (RFC 7518 sections 6.2.2, 6.3.2 and 6.4.1).
  /^issuers\b.*\.jwks\.keys\[\d+\]\.(d|p|q|dp|dq|qi|oth|k)$/
];
function redact(value, names, path = "") {
  const name = names.get(path);
  if (name !== void 0)
    return name;
  if (SECRET_PATHS.some((secret) => secret.test(path)) && value !== null)
    return REDACTED;
  if (typeof value === "string")
    return redactText(value);
  if (Array.isArray(value))
    return value.map((item, index) => redact(item, names, memberPath(path, index)));
  if (typeof value !== "object" || value === null)
    return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, redact(member, names, memberPath(path, key))]));
}
function redactText(text) {
  if (text.includes("PRIVATE KEY-----"))
    return REDACTED;
  if (!/^https?:\/\/[^/]*@/i.test(text) || !URL.canParse(text))
    return text;
  const url = new URL(text);
  url.username = "";
  url.password = "";
  return url.href;
}

// dist/configuration/schema.js
var sections = gatewaySchema.properties;
var configurationSchema = {
  $schema: "http://json-schema.org/draft-07/schema#",
  title: "Gatehouse gateway configuration",
  type: "object",
  additionalProperties: false,
  required: ["issuers", "upstreams", "routes"],
  properties: {
    $schema: { type: "string", description: "the place of this schema, for editors" },
    server: serverSchema,
    admin: adminSchema,
    issuers: sections.issuers,
    upstreams: sections.upstreams,
    routes: sections.routes
  }
};
var sectionsSchema = {
  type: "object",
  additionalProperties: false,
  properties: Object.fromEntries(Object.keys(configurationSchema.properties).map((name) => [name, {}]))
};

// dist/configuration/judge.js
function judgeConfiguration(path, environment) {
  const loading = loadConfiguration(path, environment);
  if (!loading.ok)
    return loading;
  const { problems: lost, names, replaced } = loading.loaded;
  const value = coerceReplaced(loading.loaded.value, configurationSchema, replaced);
  const { server, admin, issuers, upstreams, routes } = value;
  const gateway = withoutUndefined({ issuers, upstreams, routes });
  const verdict = checkGateway(gateway);
  const unread = new Set(lost.map((problem) => problem.path));
  const found = [
    ...checkShape(sectionsSchema, value, ""),
    ...checkSettings(server, admin, unread),
    ...verdict.problems
  ].filter((problem) => !unread.has(problem.path));
  const problems = [...lost, ...found];
  if (problems.length > 0)
    return { ok: false, problems };
  const settings = parseSettings(server, admin);
  return {
    ok: true,
    configuration: {
      settings,
      gateway,
      routes: verdict.table,
      shown: redact({ ...effectiveSettings(server, admin), ...verdict.effective }, names)
    }
  };
}
var withoutUndefined = (record) => Object.fromEntries(Object.entries(record).filter(([, value]) => value !== void 0));

export {
  judgeConfiguration
};
