import{createRequire as __cr}from'node:module';const require=__cr(import.meta.url);
import {
  ConfigurationError,
  __commonJS,
  __export,
  __require,
  __toESM,
  checkShape,
  memberPath,
  nearest,
  parseDuration
} from "./chunk-AKJD27A7.js";

// ../../node_modules/fastify-plugin/lib/getPluginName.js
var require_getPluginName = __commonJS({
  "../../node_modules/fastify-plugin/lib/getPluginName.js"(exports, module) {
    "use strict";
    var { basename, extname } = __require("node:path");
    var FP_STACK_TRACE_REG = /at\s(?:.*\.)?plugin\s.*\n\s*(.*)/;
    var LOCATION_REG = /:\d+:\d+\)?$/;
    module.exports = function getPluginName(fn) {
      if (fn.name.length > 0) return fn.name;
      const stackTraceLimit = Error.stackTraceLimit;
      Error.stackTraceLimit = 10;
      try {
        throw new Error("anonymous function");
      } catch (e) {
        Error.stackTraceLimit = stackTraceLimit;
        return extractPluginName(e.stack);
      }
    };
    function extractPluginName(stack) {
      const m = stack.match(FP_STACK_TRACE_REG);
      if (!m) return "anonymous";
      const fileName = basename(m[1].replaceAll("\\", "/")).replace(LOCATION_REG, "");
      return basename(fileName, extname(fileName));
    }
    module.exports.extractPluginName = extractPluginName;
  }
});

// ../../node_modules/fastify-plugin/lib/toCamelCase.js
var require_toCamelCase = __commonJS({
  "../../node_modules/fastify-plugin/lib/toCamelCase.js"(exports, module) {
    "use strict";
    var KEBAB_REG = /-(.)/g;
    function upperFirst(_match, char) {
      return char.toUpperCase();
    }
    module.exports = function toCamelCase(name) {
      if (name[0] === "@") {
        name = name.slice(1).replace("/", "-");
      }
      return name.replace(KEBAB_REG, upperFirst);
    };
  }
});

// ../../node_modules/fastify-plugin/index.js
var require_fastify_plugin = __commonJS({
  "../../node_modules/fastify-plugin/index.js"(exports, module) {
    "use strict";
    var getPluginName = require_getPluginName();
    var toCamelCase = require_toCamelCase();
    var kSkipOverride = /* @__PURE__ */ Symbol.for("skip-override");
    var kDisplayName = /* @__PURE__ */ Symbol.for("fastify.display-name");
    var kPluginMeta = /* @__PURE__ */ Symbol.for("plugin-meta");
    var count = 0;
    function plugin2(fn, options = {}) {
      let autoName = false;
      if (fn?.default !== void 0) {
        fn = fn.default;
      }
      if (typeof fn !== "function") {
        throw new TypeError(
          `fastify-plugin expects a function, instead got a '${typeof fn}'`
        );
      }
      if (typeof options === "string") {
        options = {
          fastify: options
        };
      }
      if (typeof options !== "object" || Array.isArray(options) || options === null) {
        throw new TypeError("The options object should be an object");
      }
      if (options.fastify !== void 0 && typeof options.fastify !== "string") {
        throw new TypeError(`fastify-plugin expects a version string, instead got '${typeof options.fastify}'`);
      }
      if (options.name && typeof options.name !== "string") {
        throw new TypeError(`fastify-plugin expects a name string, instead got '${typeof options.name}'`);
      }
      if (!options.name) {
        autoName = true;
        options = { ...options, name: getPluginName(fn) + "-auto-" + count++ };
      }
      fn[kSkipOverride] = options.encapsulate !== true;
      fn[kDisplayName] = options.name;
      fn[kPluginMeta] = options;
      if (!fn.default) {
        fn.default = fn;
      }
      if (!autoName) {
        const camelCase = toCamelCase(options.name);
        if (!fn[camelCase]) {
          fn[camelCase] = fn;
        }
      }
      return fn;
    }
    module.exports = plugin2;
    module.exports.default = plugin2;
    module.exports.fastifyPlugin = plugin2;
  }
});

// ../../packages/verifier/dist/channels.js
import { channel } from "node:diagnostics_channel";
var STAGE_CHANNEL = "gatehouse:stage";
var stages = channel(STAGE_CHANNEL);
function observe(ports, stage, issuer, run) {
  if (!stages.hasSubscribers)
    return run();
  const start = ports.now();
  const result = run();
  if (result instanceof Promise) {
    result.then((outcome) => publish(stage, issuer, outcome, ports.now() - start), () => void 0);
  } else {
    publish(stage, issuer, result, ports.now() - start);
  }
  return result;
}
function publish(stage, issuer, outcome, seconds) {
  const event = outcome.ok ? { stage, outcome: "ok", ...named(issuer), ms: seconds * 1e3 } : {
    stage,
    outcome: "rejected",
    code: outcome.rejection.code,
    ...named(issuer ?? outcome.rejection.issuer),
    ...outcome.rejection.cause === void 0 ? {} : { cause: outcome.rejection.cause },
    ms: seconds * 1e3
  };
  stages.publish(event);
}
var named = (issuer) => issuer === void 0 ? {} : { issuer };

// ../../packages/verifier/dist/ports.js
import { randomBytes } from "node:crypto";

// ../../packages/verifier/dist/private-tls.js
import { request } from "node:https";
import { Readable } from "node:stream";
function fetchWithTls(url, { method, headers, body, signal, tls }) {
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { ...tls, method, headers, signal, agent: false }, (incoming) => {
      const fields = new Headers();
      for (let i = 0; i + 1 < incoming.rawHeaders.length; i += 2) {
        fields.append(incoming.rawHeaders[i] ?? "", incoming.rawHeaders[i + 1] ?? "");
      }
      const status = incoming.statusCode ?? 500;
      const bodiless = status === 204 || status === 205 || status === 304;
      if (bodiless)
        incoming.resume();
      const stream = bodiless ? null : Readable.toWeb(incoming);
      resolve(new Response(stream, { status, headers: fields }));
    });
    outgoing.on("error", reject);
    outgoing.end(body);
  });
}

// ../../packages/verifier/dist/ports.js
var REAL = {
  now: () => Date.now() / 1e3,
  random: (bytes) => randomBytes(bytes),
  fetch: (url, init) => init.tls === void 0 || url.startsWith("http:") ? globalThis.fetch(url, init) : fetchWithTls(url, init)
};
var completePorts = (given = {}) => ({
  now: given.now ?? REAL.now,
  random: given.random ?? REAL.random,
  fetch: given.fetch ?? REAL.fetch
});

// ../../packages/verifier/dist/digest.js
import { hash } from "node:crypto";
var digestToken = (configuration, token) => hash("sha256", JSON.stringify([configuration, token]), "base64url");
var digestConfiguration = (value) => hash("sha256", JSON.stringify(value), "base64url");

// ../../packages/verifier/dist/json.js
var isJsonObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
function parseJsonObject(text4) {
  let value;
  try {
    value = JSON.parse(text4);
  } catch {
    return void 0;
  }
  return isJsonObject(value) ? value : void 0;
}

// ../../packages/verifier/dist/issuer/endpoint.js
function isSafeEndpoint(value, insecure) {
  if (!URL.canParse(value))
    return false;
  const url = new URL(value);
  if (url.username !== "" || url.password !== "" || value.includes("#"))
    return false;
  if (url.protocol === "https:")
    return true;
  return url.protocol === "http:" && (insecure || isLoopback(url.hostname));
}
var isLoopback = (hostname) => hostname === "localhost" || hostname === "[::1]" || /^127(?:\.\d{1,3}){3}$/.test(hostname);

// ../../packages/verifier/dist/client/private-key.js
import { createPrivateKey } from "node:crypto";
var LEAST_RSA_BITS = 2048;
var RSA_SIGNATURES = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512"];
var EC_SIGNATURES = { prime256v1: "ES256", secp384r1: "ES384", secp521r1: "ES512" };
var AGREEMENTS = ["ECDH-ES", "ECDH-ES+A128KW", "ECDH-ES+A192KW", "ECDH-ES+A256KW"];
var KEY_MANAGEMENT = ["RSA-OAEP", "RSA-OAEP-256", ...AGREEMENTS];
var CONTENT_ENCRYPTION = [
  "A128CBC-HS256",
  "A192CBC-HS384",
  "A256CBC-HS512",
  "A128GCM",
  "A192GCM",
  "A256GCM"
];
function readPrivateKey(text4) {
  const jwk = parseJsonObject(text4);
  const key = importKey(jwk, text4);
  if (key === void 0)
    return void 0;
  return { key, kid: textMember(jwk, "kid"), alg: textMember(jwk, "alg") };
}
function importKey(jwk, text4) {
  try {
    return jwk === void 0 ? createPrivateKey(text4) : createPrivateKey({ key: { ...jwk }, format: "jwk" });
  } catch {
    return void 0;
  }
}
function textMember(jwk, name) {
  const value = jwk !== void 0 && Object.hasOwn(jwk, name) ? jwk[name] : void 0;
  return typeof value === "string" && value !== "" ? value : void 0;
}
function signaturesOf({ asymmetricKeyType: kind, asymmetricKeyDetails: details }) {
  if (kind === "rsa")
    return (details?.modulusLength ?? 0) < LEAST_RSA_BITS ? [] : RSA_SIGNATURES;
  if (kind === "ed25519")
    return ["EdDSA"];
  const alg = kind === "ec" ? EC_SIGNATURES[details?.namedCurve ?? ""] : void 0;
  return alg === void 0 ? [] : [alg];
}
function keyManagementOf({ asymmetricKeyType: kind, asymmetricKeyDetails: details }) {
  if (kind === "rsa")
    return (details?.modulusLength ?? 0) < LEAST_RSA_BITS ? [] : ["RSA-OAEP-256", "RSA-OAEP"];
  if (kind === "x25519")
    return AGREEMENTS;
  return kind === "ec" && EC_SIGNATURES[details?.namedCurve ?? ""] !== void 0 ? AGREEMENTS : [];
}

// ../../packages/verifier/dist/issuer/parse-client.js
import { createSecretKey, X509Certificate } from "node:crypto";

// ../../packages/verifier/dist/issuer/jwk.js
import { createPublicKey } from "node:crypto";
var rsa = { kty: "RSA", members: ["n", "e"] };
var ec = (crv) => ({ kty: "EC", crv, members: ["crv", "x", "y"] });
var FAMILIES = {
  RS256: rsa,
  RS384: rsa,
  RS512: rsa,
  PS256: rsa,
  PS384: rsa,
  PS512: rsa,
  ES256: ec("P-256"),
  ES384: ec("P-384"),
  ES512: ec("P-521"),
  EdDSA: { kty: "OKP", crv: "Ed25519", members: ["crv", "x"] }
};
var RSA_BITS = { least: 2048, most: 8192 };
function parseKey(value) {
  if (!isJsonObject(value) || !isForSignatures(value))
    return void 0;
  const { kid } = value;
  if (kid !== void 0 && typeof kid !== "string")
    return void 0;
  const algorithms = Object.entries(FAMILIES).filter(([name, family]) => belongs(value, family) && allows(value, name)).map(([name]) => name);
  const [first] = algorithms;
  if (first === void 0)
    return void 0;
  const jwk = publicMembers(value, FAMILIES[first]);
  const key = importKey2(jwk);
  if (key === void 0 || jwk.kty === "RSA" && !isSoundRsa(key))
    return void 0;
  return { kid, key, algorithms: new Set(algorithms), identity: JSON.stringify([kid ?? null, algorithms, jwk]) };
}
var publicMembers = (jwk, { kty, members }) => ({
  kty,
  ...Object.fromEntries(members.map((name) => [name, jwk[name] ?? null]))
});
function importKey2(jwk) {
  try {
    return createPublicKey({ key: jwk, format: "jwk" });
  } catch {
    return void 0;
  }
}
function isForSignatures({ use, key_ops: operations }) {
  if (use !== void 0 && use !== "sig")
    return false;
  return operations === void 0 || Array.isArray(operations) && operations.includes("verify");
}
var belongs = (jwk, { kty, crv }) => jwk.kty === kty && (crv === void 0 || jwk.crv === crv);
var allows = ({ alg }, name) => alg === void 0 || alg === name || alg === "Ed25519" && name === "EdDSA";
function isSoundRsa({ asymmetricKeyDetails: details }) {
  const bits = details?.modulusLength ?? 0;
  const exponent = details?.publicExponent ?? 0n;
  return bits >= RSA_BITS.least && bits <= RSA_BITS.most && exponent > 1n && exponent % 2n === 1n;
}

// ../../packages/verifier/dist/issuer/presets.js
var SYSTEMS = {
  // The ID token is what is sent and asked about; answers have no `active`, and a token never seen is a 500 of the debugging page.
  serpense: {
    tokens: "opaque",
    discovery: false,
    scopeSeparator: "comma",
    introspection: {
      endpoint: "{issuer}/oauth/tokeninfo",
      client: { auth: "none" },
      method: "GET",
      tokenIn: "query",
      tokenParam: "id_token",
      hint: false,
      activeWhen: "noError",
      inactiveWhen: [{ status: 500 }]
    }
  },
  // Introspection; its other call, validate_token, says `code: 400` for a token that is not valid, with whatever status.
  genauth: {
    jwks: { uri: "{issuer}/.well-known/jwks.json" },
    introspection: {
      endpoint: "{issuer}/token/introspection",
      client: { auth: "client_secret_post" },
      hint: false,
      inactiveWhen: [{ member: "code", equals: 400 }],
      tokenType: "present",
      basicEncoding: "raw"
    }
  },
  // Wrong credentials of the API connection are a 401 without a body, which the default of `refusedWhen` covers.
  code100: {
    jwks: { uri: "{issuer}/.well-known/openid-configuration/jwks" },
    introspection: {
      endpoint: "{issuer}/connect/introspect",
      client: { auth: "client_secret_post" },
      hint: true
    }
  },
  // An expired JWT and wrong credentials have the same status and `error`; only the description tells them apart.
  "oidc-op": {
    jwks: { uri: "{issuer}/static/jwks.json" },
    introspection: {
      endpoint: "{issuer}/introspection",
      client: { auth: "client_secret_basic" },
      inactiveWhen: [{ status: 400, member: "error_description", equals: "Token has expired" }],
      refusedWhen: [{ status: 400, member: "error_description", equals: "Authorization failed" }, { status: 401 }],
      zeroExpMeansNone: true,
      tokenType: "present"
    }
  },
  // "Not active" is a 400 whose body is not always JSON. Nothing in the issuer's name says where the endpoints are.
  uaepass: {
    tokens: "opaque",
    discovery: false,
    introspection: {
      client: { auth: "client_secret_basic" },
      hint: false,
      inactiveWhen: [{ status: 400 }],
      refusedWhen: [{ status: 401 }]
    }
  }
};
var PRESETS = {
  serpense: "serpense",
  magen: "serpense",
  genauth: "genauth",
  authing: "genauth",
  code100: "code100",
  grantid: "code100",
  "oidc-op": "oidc-op",
  uaepass: "uaepass",
  vnpass: "uaepass"
};
function applyPreset(options) {
  const { preset, issuer } = options;
  if (typeof preset !== "string" || !Object.hasOwn(PRESETS, preset) || typeof issuer !== "string")
    return options;
  const base = issuer.endsWith("/") ? issuer.slice(0, -1) : issuer;
  const { jwks, ...rest } = SYSTEMS[PRESETS[preset]];
  const bringsKeys = typeof options.secret === "string" || isJsonObject(options.jwks) && "keys" in options.jwks;
  const chosen = bringsKeys || jwks === void 0 ? rest : { ...rest, jwks };
  return merge(fill(chosen, base), options);
}
function merge(under, over) {
  if (over === void 0)
    return under;
  if (!isJsonObject(under) || !isJsonObject(over))
    return over;
  const merged = new Map(Object.entries(under));
  for (const [name, value] of Object.entries(over)) {
    const member = merge(ownMember(under, name), value);
    if (member !== void 0)
      merged.set(name, member);
  }
  return Object.fromEntries(merged);
}
var ownMember = (holder, name) => Object.hasOwn(holder, name) ? holder[name] : void 0;
function fill(template, issuer) {
  if (typeof template === "string")
    return template.replace("{issuer}", () => issuer);
  if (Array.isArray(template))
    return template.map((member) => fill(member, issuer));
  if (!isJsonObject(template))
    return template;
  return Object.fromEntries(Object.entries(template).map(([name, member]) => [name, fill(member, issuer)]));
}

// ../../packages/verifier/dist/issuer/schema-parts.js
var object = (description, properties, more = {}) => ({
  type: "object",
  additionalProperties: false,
  description,
  properties,
  ...more
});
var oneOf = (...values) => ({
  type: "string",
  enum: values,
  description: `one of ${values.join(", ")}`
});
var flag = (description) => ({ type: "boolean", description: `true or false: ${description}` });
var text = (description) => ({ type: "string", minLength: 1, description });
var textOrNull = (description) => ({ type: ["string", "null"], minLength: 1, description });
var duration = (description) => ({
  type: ["string", "number"],
  minimum: 0,
  format: "duration",
  description: `a duration such as 250ms, 30s, 10m, 24h, or seconds: ${description}`
});
var whole = (description, minimum, maximum) => ({
  type: "integer",
  minimum,
  maximum,
  description
});

// ../../packages/verifier/dist/issuer/schema-introspection.js
var ASSERTION_ALGORITHMS = [
  ...["HS256", "HS384", "HS512"],
  ...["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]
];
var MATCHES = {
  type: "array",
  description: "a list of { status, member, equals }",
  items: object("{ status, member, equals }: every one written must match", {
    status: { type: "integer", minimum: 100, maximum: 599, description: "an HTTP status" },
    member: text("name of a member of the answer"),
    equals: { type: ["string", "number", "boolean", "null"], description: "a JSON scalar" }
  }, { minProperties: 1 })
};
var CLIENT_AUTH = [
  "client_secret_basic",
  "client_secret_post",
  "client_secret_jwt",
  "private_key_jwt",
  "tls_client_auth"
];
var CLIENT = object("how the gateway authenticates when it asks", {
  id: text("the gateway's client_id at the issuer"),
  secret: text("the gateway's client_secret at the issuer"),
  auth: oneOf(...CLIENT_AUTH, "bearer", "none"),
  key: text("private_key_jwt: a private JWK, or PEM; tls_client_auth: a private key in PEM"),
  cert: text("tls_client_auth: a certificate in PEM"),
  token: text("bearer: the token to send"),
  tokenEndpoint: text("an absolute https URL: where the gateway's own tokens come from; default from discovery"),
  tokenAuth: oneOf(...CLIENT_AUTH),
  scope: text("scope of the gateway's own tokens, separated by spaces"),
  algorithm: oneOf(...ASSERTION_ALGORITHMS),
  kid: text("private_key_jwt: the name of the key at the issuer; default the kid of the JWK"),
  audience: text("client_secret_jwt, private_key_jwt: the aud of assertions; default the issuer")
});
var DECRYPTION = object("the key to which signed answers are encrypted: { key, alg, enc }", {
  key: text("a private JWK, or PEM"),
  alg: oneOf(...KEY_MANAGEMENT),
  enc: oneOf(...CONTENT_ENCRYPTION)
}, { required: ["key"] });
var INTROSPECTION = object("how the issuer is asked about tokens (RFC 7662)", {
  endpoint: textOrNull("an absolute https URL, or null: from discovery"),
  client: CLIENT,
  method: oneOf("POST", "GET"),
  tokenIn: oneOf("body", "query"),
  tokenParam: text("name of the parameter that holds the token; default token"),
  hint: flag("send token_type_hint=access_token; default true"),
  accept: oneOf("json", "jwt"),
  answerAudience: text("accept: jwt: the aud of signed answers; default the client id"),
  decryption: DECRYPTION,
  activeWhen: oneOf("active", "noError", "claims"),
  inactiveWhen: MATCHES,
  refusedWhen: MATCHES,
  zeroExpMeansNone: flag("exp 0 in an answer means that the token never expires; default false"),
  tokenType: oneOf("any", "present"),
  basicEncoding: oneOf("form", "raw"),
  timeout: duration("deadline of one question, 1ms to 60s; default 3s"),
  maxInFlight: whole("most questions at once, a whole number from 1 to 10000; default 100", 1, 1e4),
  cache: object("{ ttl, negativeTtl, entries }", {
    ttl: duration("how long an active answer is believed, up to 24h; default 30s; 0s: not at all"),
    negativeTtl: duration("how long a negative answer is believed, up to 1h; default 5s; 0s: not at all"),
    entries: whole("a whole number from 0 to 10000000; default 50000", 0, 1e7)
  }),
  onOutage: {
    type: ["string", "object"],
    description: "deny, or { serveStale: a duration up to 24h }",
    if: { type: "string" },
    // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
    then: { const: "deny", description: "deny, or { serveStale: a duration up to 24h }" },
    else: object("deny, or { serveStale: a duration up to 24h }", { serveStale: duration("up to 24h") }, { required: ["serveStale"] })
  }
});

// ../../packages/verifier/dist/issuer/schema.js
var ASYMMETRIC = [
  "RS256",
  "RS384",
  "RS512",
  "PS256",
  "PS384",
  "PS512",
  "ES256",
  "ES384",
  "ES512",
  "EdDSA"
];
var SYMMETRIC = ["HS256", "HS384", "HS512"];
var JWKS = object("where the public keys are: uri with its timings, or keys", {
  uri: textOrNull("an absolute https URL of a JWK Set, or null: from discovery"),
  maxAge: duration("how long keys count as fresh, up to 24h; default 10m"),
  cooldown: duration("least time between fetches for keys that are not known, up to 1h; default 30s"),
  staleIfError: duration("how long old keys go on while new ones can not be had, up to 7d; default 24h"),
  timeout: duration("deadline of one fetch, 1ms to 60s; default 5s"),
  keys: {
    type: "array",
    minItems: 1,
    maxItems: 100,
    items: { type: "object" },
    description: "public JWKs, in place of uri"
  }
});
var issuerSchema = object("an issuer: issuer and audience, and what differs from the defaults", {
  issuer: text("the exact string of iss: an absolute https URL without query or fragment"),
  audience: {
    type: ["string", "array"],
    minLength: 1,
    minItems: 1,
    items: text("a string that is not empty"),
    description: "the names of this API in aud: a string or a list of them; or unchecked, on purpose"
  },
  tokens: oneOf("jwt", "opaque", "either", "both"),
  preset: {
    type: ["string", "null"],
    enum: [...Object.keys(PRESETS), null],
    description: `one of ${Object.keys(PRESETS).join(", ")}, or null`
  },
  discovery: flag("ask the issuer for its endpoints; default true"),
  algorithms: {
    type: "array",
    minItems: 1,
    uniqueItems: true,
    items: oneOf(...ASYMMETRIC, ...SYMMETRIC),
    description: `a list of ${ASYMMETRIC.join(", ")}; with secret, of ${SYMMETRIC.join(", ")}`
  },
  typ: oneOf("any", "at+jwt"),
  clockTolerance: duration("how far clocks may be apart, up to 10m; default 5s"),
  jwks: JWKS,
  secret: textOrNull("the key of HS256, HS384 or HS512 as text, in place of jwks"),
  scopeSeparator: oneOf("space", "comma"),
  ca: textOrNull("the certificate authority of the issuer's certificate, in PEM"),
  allowInsecureHttp: flag("plain http off loopback, where anybody on the way can forge keys and verdicts; default false"),
  introspection: INTROSPECTION,
  userinfo: object("where claims about users are asked for", {
    endpoint: textOrNull("an absolute https URL, or null: from discovery"),
    timeout: duration("deadline of one question, 1ms to 60s; default 3s"),
    cache: object("{ ttl, entries }", {
      ttl: duration("how long an answer is kept, up to 24h; default 60s; 0s: not at all"),
      entries: whole("a whole number from 0 to 10000000; default 10000", 0, 1e7)
    })
  }),
  revocation: object("whose logout tokens and security events end tokens", {
    audience: {
      type: ["string", "array"],
      minLength: 1,
      minItems: 1,
      items: text("a string that is not empty"),
      description: "the names of the gateway in their aud: a string or a list of them; default the client id"
    },
    lifetime: duration("at least the life of the longest-lived token, 1m to 90d; default 24h")
  })
}, { required: ["issuer", "audience"] });
var issuersSchema = {
  type: "object",
  minProperties: 1,
  description: "at least one issuer, by a name of letters, digits, - and _",
  propertyNames: { pattern: "^[A-Za-z0-9_-]{1,64}$", description: "a name of letters, digits, - and _" },
  additionalProperties: issuerSchema
};

// ../../packages/verifier/dist/issuer/parse-keys.js
var LEAST_SECRET = { HS256: 32, HS384: 48, HS512: 64 };
var REMOTE_ONLY = ["uri", "maxAge", "cooldown", "staleIfError", "timeout"];
function parseAlgorithms(issuer) {
  const hasSecret = issuer.has("secret");
  const known = hasSecret ? SYMMETRIC : ASYMMETRIC;
  const written = issuer.list("algorithms");
  if (written === void 0)
    return new Set(hasSecret ? ["HS256"] : ASYMMETRIC);
  for (const algorithm of written) {
    const isHmac = SYMMETRIC.includes(algorithm);
    if (isHmac && !hasSecret)
      issuer.complain("algorithms", "has an HMAC algorithm without a secret", known.join(", "));
    if (hasSecret && !isHmac)
      issuer.complain("algorithms", "has what a secret can not verify", known.join(", "));
  }
  return new Set(known.filter((algorithm) => written.includes(algorithm)));
}
function parseKeySource(issuer, algorithms) {
  if (issuer.has("secret") && issuer.has("jwks")) {
    issuer.complain("secret", "is not allowed beside jwks", "secret or jwks");
  }
  const secret = issuer.text("secret");
  if (secret !== void 0)
    return parseSecret(issuer, secret, algorithms);
  const jwks = issuer.section("jwks");
  return jwks.has("keys") ? parseLocal(jwks) : parseRemote(issuer, jwks);
}
function parseSecret(issuer, secret, algorithms) {
  const bytes = new TextEncoder().encode(secret);
  const least = Math.max(0, ...[...algorithms].map((algorithm) => LEAST_SECRET[algorithm] ?? 0));
  if (bytes.length < least)
    issuer.complain("secret", "is too short for its algorithms", `at least ${least} bytes`);
  return { kind: "secret", secret: bytes };
}
function parseLocal(jwks) {
  for (const name of REMOTE_ONLY) {
    if (jwks.has(name))
      jwks.complain(name, "has no meaning beside keys", "keys alone, or uri with its timings");
  }
  const keys = [];
  const written = jwks.list("keys") ?? [];
  const list = jwks.section("keys");
  written.forEach((value, index) => {
    if (!isJsonObject(value))
      return;
    if ("d" in value || "k" in value) {
      list.complainAt(index, "is a private or secret key", "a public JWK");
    } else if (parseKey(value) === void 0) {
      list.complainAt(index, "is not a usable key", "a public signature JWK: RSA from 2048 to 8192 bits, P-256, P-384, P-521, Ed25519");
    } else {
      keys.push(value);
    }
  });
  return { kind: "local", keys };
}
function parseRemote(issuer, jwks) {
  const uri = jwks.text("uri");
  checkEndpoint(issuer, jwks, "uri", uri);
  return {
    kind: "remote",
    uri,
    maxAge: jwks.seconds("maxAge", 600, { least: 0, most: 86400, say: "0s to 24h" }),
    cooldown: jwks.seconds("cooldown", 30, { least: 0, most: 3600, say: "0s to 1h" }),
    staleIfError: jwks.seconds("staleIfError", 86400, { least: 0, most: 604800, say: "0s to 7d" }),
    timeout: jwks.seconds("timeout", 5, { least: 1e-3, most: 60, say: "1ms to 60s" })
  };
}
function checkEndpoint(issuer, section, name, url) {
  if (url === void 0 || isSafeEndpoint(url, issuer.flag("allowInsecureHttp", false)))
    return;
  section.complain(name, "is not a safe endpoint", "an absolute https URL; http on loopback only, or with allowInsecureHttp: true");
}

// ../../packages/verifier/dist/issuer/parse-client.js
var MEMBERS = {
  none: { needs: [], takes: ["id"] },
  client_secret_basic: { needs: ["id", "secret"], takes: [] },
  client_secret_post: { needs: ["id", "secret"], takes: [] },
  client_secret_jwt: { needs: ["id", "secret"], takes: ["algorithm", "audience"] },
  private_key_jwt: { needs: ["id", "key"], takes: ["algorithm", "audience", "kid"] },
  tls_client_auth: { needs: ["id", "cert", "key"], takes: [] }
};
var METHODS = [
  "client_secret_basic",
  "client_secret_post",
  "client_secret_jwt",
  "private_key_jwt",
  "tls_client_auth"
];
var HMAC = ["HS256", "HS384", "HS512"];
var GRANT_MEMBERS = ["tokenEndpoint", "scope"];
var ALL = ["id", "secret", "key", "cert", "token", "tokenAuth", "algorithm", "kid", "audience", ...GRANT_MEMBERS];
function parseClient(issuer, asked) {
  if (!asked.has("client")) {
    const allowed = "{ id, secret, auth }, or { auth: none } where the issuer wants no credentials";
    asked.complain("client", "is required", allowed);
    return { asks: { auth: "none", id: void 0 }, grants: void 0 };
  }
  const client = asked.section("client");
  const auth = client.choice("auth", [...METHODS, "bearer", "none"], "client_secret_basic");
  checkEndpoint(issuer, client, "tokenEndpoint", client.text("tokenEndpoint"));
  if (auth === "bearer")
    return parseBearer(issuer, asked, client);
  const takes = auth === "none" ? MEMBERS.none.takes : [...MEMBERS[auth].takes, ...GRANT_MEMBERS];
  refuseOthers(client, [...MEMBERS[auth].needs, ...takes], `auth: ${auth}`);
  const asks = parseAuthentication(issuer, asked, client, auth, `auth: ${auth}`);
  refuseSecretInUrl(asked, client, auth);
  return { asks, grants: auth === "none" ? void 0 : grantsOf(client, asks) };
}
function parseBearer(issuer, asked, client) {
  const token = client.text("token");
  if (token !== void 0 || !["id", "secret", "key", "tokenAuth"].some((name) => client.has(name))) {
    refuseOthers(client, ["token", "id"], "a token");
    if (token === void 0) {
      client.complain("token", "is required with auth: bearer", "a token, or id and secret for a client-credentials grant");
    } else if (!/^[\x21-\x7e]+$/.test(token)) {
      client.complain("token", "can not be sent in a header", "visible ASCII without spaces");
    }
    return { asks: { auth: "bearer", id: client.text("id"), token: token ?? "" }, grants: void 0 };
  }
  const method = client.choice("tokenAuth", METHODS, "client_secret_basic");
  const { needs, takes } = MEMBERS[method];
  const said = `auth: bearer and tokenAuth: ${method}`;
  refuseOthers(client, [...needs, ...takes, ...GRANT_MEMBERS, "tokenAuth"], said);
  const grant = grantsOf(client, parseAuthentication(issuer, asked, client, method, said));
  if (grant.tokenEndpoint === void 0 && !issuer.flag("discovery", true)) {
    client.complain("tokenEndpoint", "is required where nothing is discovered", "an absolute https URL");
  }
  return { asks: { auth: "bearer", id: client.text("id") ?? "", grant }, grants: grant };
}
var grantsOf = (client, authentication) => ({
  client: authentication,
  tokenEndpoint: client.text("tokenEndpoint"),
  scope: client.text("scope")
});
function refuseSecretInUrl(asked, client, auth) {
  if (asked.raw("method") !== "GET" || !["client_secret_post", "client_secret_jwt", "private_key_jwt"].includes(auth))
    return;
  const what = auth === "client_secret_post" ? "the secret" : "an assertion";
  client.complain("auth", `would put ${what} in a URL with method GET`, "client_secret_basic, tls_client_auth, bearer or none");
}
function refuseOthers(client, meant, said) {
  for (const name of ALL) {
    if (client.has(name) && !meant.includes(name)) {
      client.complain(name, `has no meaning with ${said}`, [...meant, "auth"].join(", "));
    }
  }
}
function parseAuthentication(issuer, asked, client, auth, said) {
  for (const name of MEMBERS[auth].needs) {
    if (!client.has(name))
      client.complain(name, `is required with ${said}`, "as registered at the issuer");
  }
  const id = client.text("id") ?? "";
  const secret = client.text("secret") ?? "";
  switch (auth) {
    case "none":
      return { auth, id: client.text("id") };
    case "client_secret_post":
      return { auth, id, secret };
    case "client_secret_basic":
      return { auth, id, secret, encoding: parseEncoding(asked, client, id) };
    case "client_secret_jwt": {
      const algorithm = parseHmac(client, secret);
      return {
        auth,
        id,
        algorithm,
        key: createSecretKey(secret, "utf8"),
        kid: void 0,
        audience: audienceOf(issuer, client)
      };
    }
    case "private_key_jwt":
      return parsePrivateKeyClient(issuer, client, id);
    case "tls_client_auth":
      return { auth, id, ...parseCertificate(client) };
  }
}
var audienceOf = (issuer, client) => client.text("audience") ?? issuer.text("issuer") ?? "";
function parseEncoding(asked, client, id) {
  const encoding = asked.choice("basicEncoding", ["form", "raw"], "form");
  if (encoding === "raw" && id.includes(":")) {
    const allowed = "an id without a colon, or basicEncoding: form";
    client.complain("id", "has a colon, which basicEncoding: raw can not carry", allowed);
  }
  return encoding;
}
function parseHmac(client, secret) {
  const algorithm = client.raw("algorithm") ?? "HS256";
  const known = HMAC.find((name) => name === algorithm);
  if (known === void 0) {
    client.complain("algorithm", "is no algorithm of a secret", HMAC.join(", "));
    return "HS256";
  }
  const least = LEAST_SECRET[known] ?? 0;
  if (secret !== "" && Buffer.byteLength(secret) < least) {
    client.complain("secret", `is too short for ${known}`, `at least ${least} bytes`);
  }
  return known;
}
function parsePrivateKeyClient(issuer, client, id) {
  const nobody = { auth: "none", id };
  const text4 = client.text("key");
  if (text4 === void 0)
    return nobody;
  const read = readPrivateKey(text4);
  const fit = read === void 0 ? [] : signaturesOf(read.key);
  if (read === void 0 || fit.length === 0) {
    const allowed = "a private JWK, or PEM: RSA from 2048 bits, P-256, P-384, P-521 or Ed25519, without a passphrase";
    client.complain("key", "is not a usable private key", allowed);
    return nobody;
  }
  const wanted = client.text("algorithm") ?? read.alg ?? fit[0] ?? "";
  const algorithm = fit.find((name) => name === wanted || wanted === "Ed25519" && name === "EdDSA");
  if (algorithm === void 0) {
    client.complain(client.has("algorithm") ? "algorithm" : "key", "does not fit the kind of the key", fit.join(", "));
    return nobody;
  }
  const kid = client.text("kid") ?? read.kid;
  return { auth: "private_key_jwt", id, algorithm, key: read.key, kid, audience: audienceOf(issuer, client) };
}
function parseCertificate(client) {
  const material = { cert: client.text("cert") ?? "", key: client.text("key") ?? "" };
  const certificate = readCertificate(material.cert);
  const key = readPrivateKey(material.key);
  if (material.cert !== "" && certificate === void 0)
    client.complain("cert", "holds no certificate", "certificates in PEM");
  if (material.key !== "" && (key === void 0 || !material.key.includes("-----BEGIN"))) {
    client.complain("key", "holds no private key", "a private key in PEM, without a passphrase");
  } else if (certificate !== void 0 && key !== void 0 && !certificate.checkPrivateKey(key.key)) {
    client.complain("key", "is not the key of the certificate", "the private key of cert");
  }
  return material;
}
function readCertificate(pem) {
  try {
    return new X509Certificate(pem);
  } catch {
    return void 0;
  }
}

// ../../packages/verifier/dist/issuer/parse-introspection.js
var REFUSED_WHEN = [{ status: 401, member: void 0, equals: void 0 }];
function parseIntrospection(issuer, isAsked) {
  const asked = issuer.section("introspection");
  const endpoint = asked.text("endpoint");
  checkEndpoint(issuer, asked, "endpoint", endpoint);
  if (isAsked && endpoint === void 0 && !issuer.flag("discovery", true)) {
    asked.complain("endpoint", "is required where nothing is discovered", "an absolute https URL");
  }
  const method = asked.choice("method", ["POST", "GET"], "POST");
  const tokenIn = asked.choice("tokenIn", ["body", "query"], method === "GET" ? "query" : "body");
  if (method === "GET" && tokenIn === "body")
    asked.complain("tokenIn", "can not be body with method GET", "query");
  const cache2 = asked.section("cache");
  const { asks: client, grants } = parseClient(issuer, asked);
  if (client.auth === "tls_client_auth" && endpoint?.startsWith("http:") === true) {
    asked.complain("endpoint", "is plain http, where no certificate is shown", "an absolute https URL");
  }
  const introspection = {
    endpoint,
    client,
    method,
    tokenIn,
    tokenParam: asked.text("tokenParam") ?? "token",
    hint: asked.flag("hint", true),
    ...parseAccept(asked, client.id),
    activeWhen: asked.choice("activeWhen", ["active", "noError", "claims"], "active"),
    inactiveWhen: parseMatchers(asked, "inactiveWhen") ?? [],
    refusedWhen: parseMatchers(asked, "refusedWhen") ?? REFUSED_WHEN,
    zeroExpMeansNone: asked.flag("zeroExpMeansNone", false),
    tokenType: asked.choice("tokenType", ["any", "present"], "any"),
    timeout: asked.seconds("timeout", 3, { least: 1e-3, most: 60, say: "1ms to 60s" }),
    maxInFlight: asked.whole("maxInFlight", 100),
    ttl: cache2.seconds("ttl", 30, { least: 0, most: 86400, say: "0s to 24h" }),
    negativeTtl: cache2.seconds("negativeTtl", 5, { least: 0, most: 3600, say: "0s to 1h" }),
    entries: cache2.whole("entries", 5e4),
    serveStale: asked.section("onOutage").seconds("serveStale", 0, { least: 0, most: 86400, say: "0s to 24h" })
  };
  return { introspection, grants };
}
function canAsk(issuer) {
  const client = issuer.section("introspection").section("client");
  if (client.raw("auth") === "none")
    return true;
  if (["id", "secret", "token", "key", "cert"].some((name) => client.has(name)))
    return true;
  return issuer.has("introspection") && !issuer.has("preset");
}
function parseAccept(asked, clientId) {
  const accept2 = asked.choice("accept", ["json", "jwt"], "json");
  if (accept2 === "json") {
    for (const name of ["answerAudience", "decryption"]) {
      if (asked.has(name))
        asked.complain(name, "has no meaning with accept: json", "accept: jwt");
    }
    return { accept: accept2, answerAudience: void 0, decryption: void 0 };
  }
  const answerAudience = asked.text("answerAudience") ?? (clientId === "" ? void 0 : clientId);
  if (answerAudience === void 0 && asked.has("client")) {
    asked.complain("answerAudience", "is required where the client has no id", "the aud of signed answers");
  }
  return { accept: accept2, answerAudience, decryption: asked.has("decryption") ? parseDecryption(asked) : void 0 };
}
function parseDecryption(asked) {
  const section = asked.section("decryption");
  const text4 = section.text("key");
  if (text4 === void 0)
    return void 0;
  const read = readPrivateKey(text4);
  const fit = read === void 0 ? [] : keyManagementOf(read.key);
  if (read === void 0 || fit.length === 0) {
    const allowed = "a private JWK, or PEM: RSA from 2048 bits, P-256, P-384, P-521 or X25519, without a passphrase";
    section.complain("key", "is not a usable private key", allowed);
    return void 0;
  }
  const wanted = section.text("alg") ?? read.alg ?? fit[0];
  const alg = fit.find((name) => name === wanted);
  if (alg === void 0) {
    section.complain(section.has("alg") ? "alg" : "key", "does not fit the kind of the key", fit.join(", "));
    return void 0;
  }
  return { key: read.key, alg, enc: section.text("enc") ?? "A128CBC-HS256" };
}
function parseMatchers(asked, name) {
  return asked.list(name)?.map((entry, index) => {
    const { status, member, equals } = isJsonObject(entry) ? entry : {};
    if (equals !== void 0 && member === void 0) {
      asked.section(name).complainAt(index, "has equals without member", "{ status, member, equals }");
    }
    return {
      status: typeof status === "number" ? status : void 0,
      member: typeof member === "string" ? member : void 0,
      equals: typeof equals === "object" && equals !== null ? void 0 : equals
    };
  });
}

// ../../packages/verifier/dist/issuer/section.js
var Problems = class {
  #found = /* @__PURE__ */ new Map();
  add(problem) {
    if (!this.#found.has(problem.path))
      this.#found.set(problem.path, problem);
  }
  get list() {
    return [...this.#found.values()];
  }
};
var Section = class _Section {
  #members;
  #path;
  #problems;
  constructor(members, path, problems) {
    this.#members = isJsonObject(members) ? members : {};
    this.#path = path;
    this.#problems = problems;
  }
  /** Written, and not as null. */
  has(name) {
    return this.raw(name) !== void 0;
  }
  raw(name) {
    return Object.hasOwn(this.#members, name) ? this.#members[name] ?? void 0 : void 0;
  }
  text(name) {
    const value = this.raw(name);
    return typeof value === "string" && value !== "" ? value : void 0;
  }
  flag(name, otherwise) {
    const value = this.raw(name);
    return typeof value === "boolean" ? value : otherwise;
  }
  choice(name, known, otherwise) {
    return known.find((value) => value === this.raw(name)) ?? otherwise;
  }
  list(name) {
    const value = this.raw(name);
    return Array.isArray(value) ? value : void 0;
  }
  /** A duration in seconds. */
  seconds(name, otherwise, { least, most, say }) {
    const value = parseDuration(this.raw(name));
    if (value === void 0)
      return otherwise;
    if (value < least || value > most)
      this.complain(name, "is out of bounds", say);
    return value;
  }
  /** A whole number; its bounds are judged with the shape. */
  whole(name, otherwise) {
    const value = this.raw(name);
    return typeof value === "number" ? value : otherwise;
  }
  section(name) {
    return new _Section(this.raw(name), memberPath(this.#path, name), this.#problems);
  }
  /** About a member, or about the object itself where `name` is empty. */
  complain(name, message2, allowed) {
    this.#add(name === "" ? this.#path : memberPath(this.#path, name), message2, allowed);
  }
  /** About a member of a list. */
  complainAt(index, message2, allowed) {
    this.#add(memberPath(this.#path, index), message2, allowed);
  }
  #add(path, message2, allowed) {
    this.#problems.add(allowed === void 0 ? { path, message: message2 } : { path, message: message2, allowed });
  }
};

// ../../packages/verifier/dist/issuer/parse.js
var { additionalProperties: _, ...RECORD } = issuersSchema;
function checkIssuers(value, path = "issuers") {
  const problems = new Problems();
  for (const problem of checkShape(RECORD, value, path))
    problems.add(problem);
  if (!isJsonObject(value))
    return { problems: problems.list, configs: [] };
  const configs = Object.entries(value).map(([name, options]) => {
    const at = memberPath(path, name);
    const merged = isJsonObject(options) ? applyPreset(options) : options;
    for (const problem of checkShape(issuerSchema, merged, at))
      problems.add(problem);
    return parseIssuer(name, new Section(merged, at, problems));
  });
  refuseTwins(configs, path, problems);
  return { problems: problems.list, configs };
}
function parseIssuer(name, issuer) {
  const ca = issuer.text("ca");
  if (ca !== void 0 && !ca.includes("-----BEGIN CERTIFICATE-----")) {
    issuer.complain("ca", "holds no certificate", "certificates in PEM");
  }
  const tokens = parseTokens(issuer);
  const algorithms = parseAlgorithms(issuer);
  const keys = parseKeySource(issuer, algorithms);
  const isAsked = tokens !== "jwt";
  const { introspection, grants } = isAsked || canAsk(issuer) ? parseIntrospection(issuer, isAsked) : NOT_ASKED;
  const usesKeys = tokens !== "opaque" || introspection?.accept === "jwt" || issuer.has("revocation");
  if (usesKeys && keys.kind === "remote" && keys.uri === void 0 && !issuer.flag("discovery", true)) {
    issuer.complain("jwks", "is required where nothing is discovered", "jwks.uri, jwks.keys or secret");
  }
  const config = {
    name,
    issuer: parseIssuerString(issuer),
    audience: parseAudience(issuer),
    tokens,
    discovery: issuer.flag("discovery", true),
    algorithms,
    typ: issuer.choice("typ", ["any", "at+jwt"], "any"),
    clockTolerance: issuer.seconds("clockTolerance", 5, { least: 0, most: 600, say: "0s to 10m" }),
    keys: usesKeys ? keys : NO_KEYS,
    scopeSeparator: issuer.choice("scopeSeparator", ["space", "comma"], "space"),
    tls: ca === void 0 ? void 0 : { ca },
    insecureHttp: issuer.flag("allowInsecureHttp", false),
    introspection: isAsked ? introspection : void 0,
    grants,
    userinfo: parseUserinfo(issuer),
    revocation: parseRevocation(issuer)
  };
  return Object.freeze({ ...config, digest: digestConfiguration(plain(config)) });
}
var NO_KEYS = { kind: "none" };
var NOT_ASKED = { introspection: void 0, grants: void 0 };
function parseUserinfo(issuer) {
  const userinfo = issuer.section("userinfo");
  const cache2 = userinfo.section("cache");
  const endpoint = userinfo.text("endpoint");
  checkEndpoint(issuer, userinfo, "endpoint", endpoint);
  return {
    endpoint,
    timeout: userinfo.seconds("timeout", 3, { least: 1e-3, most: 60, say: "1ms to 60s" }),
    ttl: cache2.seconds("ttl", 60, { least: 0, most: 86400, say: "0s to 24h" }),
    entries: cache2.whole("entries", 1e4)
  };
}
function parseRevocation(issuer) {
  const revocation = issuer.section("revocation");
  const one = revocation.text("audience") ?? issuer.section("introspection").section("client").text("id");
  const many = revocation.list("audience")?.filter((member) => typeof member === "string");
  const audience = new Set(many ?? (one === void 0 ? [] : [one]));
  if (issuer.has("revocation") && audience.size === 0) {
    revocation.complain("audience", "is required where the client has no id", "the aud of logout tokens and security events");
  }
  return {
    audience,
    lifetime: revocation.seconds("lifetime", 86400, { least: 60, most: 7776e3, say: "1m to 90d" })
  };
}
var plain = (value) => JSON.parse(JSON.stringify(value, (_2, member) => member instanceof Set || member instanceof Uint8Array ? [...member] : member));
function parseIssuerString(issuer) {
  const written = issuer.text("issuer") ?? "";
  if (written === "")
    return written;
  const isInsecure = issuer.flag("allowInsecureHttp", false);
  if (!URL.canParse(written))
    issuer.complain("issuer", "is not an absolute URL", HTTPS);
  else if (/[?#]/.test(written))
    issuer.complain("issuer", "has a query or a fragment", HTTPS);
  else if (!isSafeEndpoint(written, isInsecure))
    issuer.complain("issuer", "is not https", HTTPS);
  return written;
}
var HTTPS = "an absolute https URL without query or fragment; http on loopback only, or with allowInsecureHttp: true";
function parseAudience(issuer) {
  const one = issuer.text("audience");
  if (one === "unchecked")
    return void 0;
  const many = issuer.list("audience") ?? [];
  if (many.includes("unchecked")) {
    issuer.complain("audience", "has unchecked in a list", "names, or the word unchecked alone");
  }
  return new Set(one === void 0 ? many.filter((member) => typeof member === "string") : [one]);
}
var parseTokens = (issuer) => issuer.choice("tokens", ["jwt", "opaque", "either", "both"], canAsk(issuer) ? "either" : "jwt");
function refuseTwins(configs, path, problems) {
  const seen = /* @__PURE__ */ new Map();
  for (const { name, issuer } of configs) {
    const twin = seen.get(issuer);
    if (twin !== void 0 && issuer !== "") {
      problems.add({
        path: memberPath(memberPath(path, name), "issuer"),
        message: `is the issuer of ${memberPath(path, twin)} too`,
        allowed: "each issuer once"
      });
    }
    seen.set(issuer, twin ?? name);
  }
}

// ../../packages/verifier/dist/outcome.js
var accept = (value) => ({ ok: true, value });
var refuse = (rejection) => ({ ok: false, rejection });

// ../../packages/verifier/dist/policy/claims.js
function parseClaimKey(key) {
  if (!key.startsWith("/"))
    return [key];
  if (/~(?![01])/.test(key))
    return void 0;
  return key.slice(1).split("/").map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
}
var compileClaimRule = (path, demand) => ({
  path,
  allows: compileDemand(demand)
});
function compileDemand(demand) {
  if (typeof demand !== "object" || demand === null)
    return (value) => value === demand;
  if ("contains" in demand) {
    const member = demand.contains;
    return (value) => Array.isArray(value) ? value.includes(member) : value === member;
  }
  const allowed = new Set(demand.oneOf);
  return (value) => allowed.has(value);
}
function isClaimAllowed(claims, { path, allows: allows2 }) {
  let value = claims;
  for (const name of path) {
    const next = descend(value, name);
    if (next === void 0)
      return false;
    value = next;
  }
  return allows2(value);
}
var INDEX = /^(?:0|[1-9]\d{0,8})$/;
function descend(holder, name) {
  if (typeof holder !== "object" || holder === null)
    return void 0;
  if (Array.isArray(holder))
    return INDEX.test(name) ? holder[Number(name)] : void 0;
  return Object.hasOwn(holder, name) ? holder[name] : void 0;
}

// ../../packages/verifier/dist/policy/schema.js
var scope = { type: "string", pattern: "^[\\x21\\x23-\\x5b\\x5d-\\x7e]+$" };
var scopes = 'a list of scopes, each of visible ASCII without ", \\ and space (RFC 6749 section 3.3)';
var scalar = ["string", "number", "boolean", "null"];
var listOf = (items, description) => ({
  type: "array",
  minItems: 1,
  items: { ...items, description },
  description
});
var text2 = { type: "string", minLength: 1 };
var policySchema = {
  type: "object",
  description: "what the route demands of a token; {} accepts any valid token of any issuer",
  additionalProperties: false,
  properties: {
    issuers: listOf(text2, "a list of names of configured issuers, in the order in which they are asked; default: every issuer"),
    audience: listOf(text2, "a list of audiences, one of which the token must have besides one of the issuer's"),
    scopes: listOf(scope, `${scopes}, all of which the token must have`),
    anyScope: listOf(scope, `${scopes}, at least one of which the token must have`),
    clients: listOf(text2, "a list of client ids that may call (client_id, azp or cid)"),
    claims: {
      type: "object",
      description: "claims by name, or by JSON Pointer (RFC 6901) where the key starts with /",
      propertyNames: { minLength: 1, description: "a claim name, or a JSON Pointer that starts with /" },
      additionalProperties: {
        type: [...scalar, "object"],
        description: "a scalar that the claim equals, { contains: scalar } or { oneOf: [scalars] }",
        additionalProperties: false,
        minProperties: 1,
        maxProperties: 1,
        properties: {
          contains: { type: scalar, description: "a scalar that the array holds" },
          oneOf: listOf({ type: scalar }, "a list of scalars, one of which the claim equals")
        }
      }
    },
    acr: listOf({ type: "string", pattern: "^[\\x21\\x23-\\x5b\\x5d-\\x7e]+$" }, "a list of authentication context classes, one of which the token must have (RFC 9470)"),
    maxAge: {
      type: ["string", "number"],
      format: "duration",
      minimum: 0,
      description: "how long ago the user may have authenticated: a duration such as 30s, 10m or 24h (RFC 9470)"
    },
    proof: {
      enum: ["any", "dpop", "mtls"],
      description: "any: a token bound by cnf must prove it; dpop or mtls: such a token is required"
    }
  }
};

// ../../packages/verifier/dist/policy/check.js
var LISTS = ["issuers", "audience", "scopes", "anyScope", "clients", "acr"];
function checkPolicy(value, issuers, path) {
  const problems = checkShape(policySchema, value, path);
  if (!isJsonObject(value))
    return problems;
  for (const name of LISTS)
    problems.push(...findRepeated(value[name], memberPath(path, name)));
  problems.push(...checkIssuerNames(value.issuers, issuers, memberPath(path, "issuers")));
  problems.push(...checkClaimKeys(value.claims, memberPath(path, "claims")));
  return problems;
}
function findRepeated(list, path) {
  if (!Array.isArray(list))
    return [];
  return list.flatMap((member, index) => list.indexOf(member) < index ? [{ path: memberPath(path, index), message: "is written twice" }] : []);
}
function checkIssuerNames(list, issuers, path) {
  if (!Array.isArray(list))
    return [];
  return list.flatMap((name, index) => {
    if (typeof name !== "string" || name === "" || issuers.has(name))
      return [];
    const meant = nearest(name, issuers.keys());
    const message2 = `is not a configured issuer${meant === void 0 ? "" : `, did you mean ${meant}?`}`;
    return [{ path: memberPath(path, index), message: message2, allowed: `one of ${[...issuers.keys()].join(", ")}` }];
  });
}
function checkClaimKeys(claims, path) {
  if (!isJsonObject(claims))
    return [];
  return Object.keys(claims).filter((key) => parseClaimKey(key) === void 0).map((key) => ({
    path: memberPath(path, key),
    message: "is no JSON Pointer",
    allowed: "a claim name, or a pointer in which ~ is followed by 0 or 1 (RFC 6901)"
  }));
}

// ../../packages/verifier/dist/rejections.js
var REJECTIONS = {
  credential_missing: { status: 401, error: null, say: "An access token is required" },
  credential_malformed: { status: 400, error: "invalid_request", say: "The Authorization header is malformed" },
  credential_duplicated: { status: 400, error: "invalid_request", say: "The request carries more than one credential" },
  token_malformed: { status: 401, error: "invalid_token", say: "The access token is malformed" },
  token_too_large: { status: 401, error: "invalid_token", say: "The access token is too large" },
  token_type_mismatch: {
    status: 401,
    error: "invalid_token",
    say: "The token is not an access token for this gateway"
  },
  issuer_unknown: { status: 401, error: "invalid_token", say: "The access token is from an unknown issuer" },
  algorithm_not_allowed: {
    status: 401,
    error: "invalid_token",
    say: "The signature algorithm of the access token is not allowed"
  },
  key_unknown: { status: 401, error: "invalid_token", say: "The access token is signed with an unknown key" },
  signature_invalid: { status: 401, error: "invalid_token", say: "The signature of the access token is invalid" },
  token_expired: { status: 401, error: "invalid_token", say: "The access token expired" },
  token_not_yet_valid: { status: 401, error: "invalid_token", say: "The access token is not valid yet" },
  audience_mismatch: { status: 401, error: "invalid_token", say: "The access token is for another audience" },
  claim_missing: { status: 401, error: "invalid_token", say: "The access token lacks a required claim" },
  token_inactive: { status: 401, error: "invalid_token", say: "The access token is not active" },
  proof_missing: {
    status: 401,
    error: "invalid_token",
    say: "The access token is bound to a key and no proof of possession was sent"
  },
  proof_invalid: { status: 401, error: "invalid_dpop_proof", say: "The proof of possession is invalid" },
  proof_replayed: { status: 401, error: "invalid_dpop_proof", say: "The proof of possession was used before" },
  certificate_missing: {
    status: 401,
    error: "invalid_token",
    say: "The access token is bound to a client certificate and none was sent"
  },
  certificate_mismatch: {
    status: 401,
    error: "invalid_token",
    say: "The access token is bound to another client certificate"
  },
  step_up_required: {
    status: 401,
    error: "insufficient_user_authentication",
    say: "A stronger or more recent authentication is required"
  },
  scope_missing: { status: 403, error: "insufficient_scope", say: "The access token lacks a required scope" },
  claim_denied: {
    status: 403,
    error: "insufficient_scope",
    say: "A claim of the access token does not allow this request"
  },
  client_denied: { status: 403, error: "insufficient_scope", say: "The client is not allowed to make this request" },
  issuer_unavailable: { status: 503, error: null, say: "The access token could not be checked at the moment" }
};

// ../../packages/verifier/dist/challenge.js
function describeChallenge(rejection, context = {}) {
  const rule = REJECTIONS[rejection.code];
  if (rule.status === 503)
    return void 0;
  const scheme = context.scheme ?? "Bearer";
  const parameters = [];
  if (rule.error !== null) {
    parameters.push(["error", wantsNonce(rejection) ? "use_dpop_nonce" : rule.error], ["error_description", rule.say]);
  }
  parameters.push(...detailsOf(rejection, context));
  if (scheme === "DPoP" && context.algorithms !== void 0)
    parameters.push(["algs", context.algorithms.join(" ")]);
  if (context.resourceMetadata !== void 0)
    parameters.push(["resource_metadata", context.resourceMetadata]);
  if (parameters.length === 0)
    parameters.push(["realm", "gatehouse"]);
  return `${scheme} ${parameters.map(([name, value]) => `${name}=${quote(value)}`).join(", ")}`;
}
function detailsOf(rejection, { scopes: scopes2 = [] }) {
  switch (rejection.code) {
    case "credential_missing":
      return scopes2.length > 0 ? [["scope", scopes2.join(" ")]] : [];
    case "scope_missing":
      return [["scope", rejection.detail.scopes.join(" ")]];
    case "step_up_required": {
      const { acr, maxAge } = rejection.detail;
      const classes = acr.length > 0 ? [["acr_values", acr.join(" ")]] : [];
      return maxAge === void 0 ? [...classes] : [...classes, ["max_age", String(Math.floor(maxAge))]];
    }
    default:
      return [];
  }
}
var wantsNonce = (rejection) => rejection.code === "proof_invalid" && rejection.detail.wantsNonce === true;
var quote = (value) => `"${value.replace(/[^\x20-\x7e]/g, "").replace(/["\\]/g, (escaped) => `\\${escaped}`)}"`;

// ../../packages/verifier/dist/credential/extract.js
var NAME = "authorization";
var SCHEME = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+/;
var B64TOKEN = /^[A-Za-z0-9\-._~+/]+=*$/;
var SECOND = /,[ \t]*(?:bearer|dpop|basic|digest|negotiate)[ \t]/i;
function extract(rawHeaders, maxTokenBytes) {
  let found;
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i];
    if (name === void 0 || name.length !== NAME.length || name.toLowerCase() !== NAME)
      continue;
    if (found !== void 0)
      return refuse({ code: "credential_duplicated", cause: "Two Authorization headers" });
    found = rawHeaders[i + 1] ?? "";
  }
  return found === void 0 ? refuse({ code: "credential_missing" }) : parseCredential(found, maxTokenBytes);
}
function parseCredential(field, maxTokenBytes) {
  const value = trimFieldValue(field);
  const scheme = SCHEME.exec(value)?.[0];
  if (scheme === void 0)
    return malformed("No authentication scheme");
  const kind = schemeOf(scheme);
  if (value.includes(",") && SECOND.test(value)) {
    return refuse({ code: "credential_duplicated", cause: "Two credentials in one Authorization header" });
  }
  const after = value.charCodeAt(scheme.length);
  if (!Number.isNaN(after) && after !== 32)
    return malformed("No space after the authentication scheme");
  if (kind === void 0)
    return refuse({ code: "credential_missing", cause: "Another authentication scheme" });
  let start = scheme.length;
  while (value.charCodeAt(start) === 32)
    start++;
  if (start === value.length)
    return malformed("No token after the authentication scheme");
  if (value.length - start > maxTokenBytes)
    return refuse({ code: "token_too_large" });
  const token = value.slice(start);
  return B64TOKEN.test(token) ? accept({ scheme: kind, token }) : malformed("Characters that no token has");
}
function trimFieldValue(field) {
  let start = 0;
  let end = field.length;
  while (start < end && isBlank(field.charCodeAt(start)))
    start++;
  while (end > start && isBlank(field.charCodeAt(end - 1)))
    end--;
  return field.slice(start, end);
}
var isBlank = (character) => character === 32 || character === 9;
function schemeOf(scheme) {
  if (scheme === "Bearer")
    return "bearer";
  const folded = scheme.toLowerCase();
  return folded === "bearer" || folded === "dpop" ? folded : void 0;
}
var malformed = (cause) => refuse({ code: "credential_malformed", cause });

// ../../packages/verifier/dist/ask.js
var FAILURES = {
  timeout: "did not answer in time",
  network: "could not be reached",
  redirect: "answered with a redirect, which is never followed",
  too_large: "answered with a body that is too large",
  unreadable: "answered with a body that is not UTF-8 or ended early"
};
var Late = class extends Error {
};
async function ask(ports, { url, method, headers, body, tls, timeout, maxBytes }) {
  const abort = new AbortController();
  let timer;
  const deadline = new Promise((_2, reject) => {
    timer = setTimeout(() => {
      reject(new Late());
      abort.abort();
    }, timeout * 1e3);
  });
  const init = {
    method,
    headers,
    signal: abort.signal,
    redirect: "manual",
    ...body === void 0 ? {} : { body },
    ...tls === void 0 ? {} : { tls }
  };
  try {
    return await Promise.race([exchange(ports, url, init, maxBytes), deadline]);
  } catch (error) {
    if (error instanceof Late)
      return { ok: false, failure: "timeout" };
    throw error;
  } finally {
    clearTimeout(timer);
    abort.abort();
  }
}
async function exchange(ports, url, init, maxBytes) {
  let response;
  try {
    response = await ports.fetch(url, init);
  } catch {
    return { ok: false, failure: "network" };
  }
  if (response.type === "opaqueredirect" || response.status >= 300 && response.status < 400) {
    return { ok: false, failure: "redirect", status: response.status };
  }
  const body = await readBody(response, maxBytes);
  if (typeof body !== "string")
    return { ok: false, failure: body.failure, status: response.status };
  return { ok: true, status: response.status, headers: response.headers, body };
}
async function readBody(response, maxBytes) {
  const decoder2 = new TextDecoder("utf-8", { fatal: true });
  let text4 = "";
  let bytes = 0;
  try {
    for await (const chunk of response.body ?? []) {
      bytes += chunk.byteLength;
      if (bytes > maxBytes)
        return { failure: "too_large" };
      text4 += decoder2.decode(chunk, { stream: true });
    }
    return text4 + decoder2.decode();
  } catch {
    return { failure: "unreadable" };
  }
}

// ../../packages/verifier/dist/issuer/retry.js
var FIRST = 1;
var Retry = class {
  #ports;
  #cap;
  #failures = 0;
  #until = 0;
  constructor(ports, cap) {
    this.#ports = ports;
    this.#cap = Math.max(cap, FIRST);
  }
  get failing() {
    return this.#failures > 0;
  }
  /** Seconds until another attempt is due; 0 where it is. */
  wait() {
    if (!this.failing)
      return 0;
    return Math.min(this.#cap, Math.max(0, this.#until - this.#ports.now()));
  }
  failed(attemptedAt) {
    const whole3 = Math.min(this.#cap, FIRST * 2 ** this.#failures);
    const chance = (this.#ports.random(1)[0] ?? 0) / 256;
    this.#until = attemptedAt + whole3 * (0.5 + chance / 2);
    this.#failures = Math.min(this.#failures + 1, 16);
  }
  succeeded() {
    this.#failures = 0;
  }
};
var retryAfter = (wait) => Math.max(1, Math.ceil(wait));

// ../../packages/verifier/dist/issuer/discovery.js
var FRESH = 3600;
var MAX_BYTES = 262144;
var RETRY_CAP = 10;
var Discovery = class {
  #config;
  #ports;
  #health;
  #timeout;
  #retry;
  #metadata;
  #freshUntil = 0;
  #lastCause = "was not asked yet";
  #underway;
  constructor(config, ports, health) {
    this.#config = config;
    this.#ports = ports;
    this.#health = health;
    this.#timeout = config.keys.kind === "remote" ? config.keys.timeout : 5;
    this.#retry = new Retry(ports, RETRY_CAP);
  }
  async find() {
    if (this.#metadata === void 0) {
      if (this.#retry.wait() === 0)
        await this.#refresh();
    } else if (this.#ports.now() >= this.#freshUntil && this.#retry.wait() === 0) {
      void this.#refresh();
    }
    return this.#metadata === void 0 ? this.unavailable(this.#lastCause) : accept(this.#metadata);
  }
  /** The refusal of whoever needs an endpoint and has none. `cause` is a constant sentence. */
  unavailable(cause) {
    const detail = { retryAfter: retryAfter(this.#retry.wait()) };
    return refuse({ code: "issuer_unavailable", issuer: this.#config.name, cause, detail });
  }
  #refresh() {
    this.#underway ??= this.#attempt().finally(() => {
      this.#underway = void 0;
    });
    return this.#underway;
  }
  async #attempt() {
    const attemptedAt = this.#ports.now();
    let cause = "";
    for (const url of documentUrls(this.#config.issuer)) {
      const found = await this.#read(url);
      if ("metadata" in found) {
        this.#metadata = found.metadata;
        this.#freshUntil = attemptedAt + FRESH;
        this.#retry.succeeded();
        return;
      }
      cause ||= found.cause;
      if (found.final)
        break;
    }
    this.#lastCause = cause;
    this.#retry.failed(attemptedAt);
    if (this.#metadata === void 0)
      this.#health.down(cause);
  }
  async #read(url) {
    const answer = await ask(this.#ports, {
      url,
      method: "GET",
      headers: { accept: "application/json" },
      ...this.#config.tls === void 0 ? {} : { tls: this.#config.tls },
      timeout: this.#timeout,
      maxBytes: MAX_BYTES
    });
    if (!answer.ok) {
      const final = answer.failure === "network" || answer.failure === "timeout";
      return { cause: `Discovery ${FAILURES[answer.failure]}`, final };
    }
    if (answer.status !== 200)
      return { cause: `Discovery answered with status ${answer.status}`, final: false };
    return this.#judge(parseJsonObject(answer.body));
  }
  #judge(document) {
    if (document === void 0)
      return { cause: "Discovery answered with no JSON object", final: false };
    if (document.issuer !== this.#config.issuer) {
      return { cause: "The issuer in the discovery document is not the configured one", final: false };
    }
    const jwksUri = document.jwks_uri;
    const endpoints = this.#endpointsOf(document);
    const introspectionEndpoint = endpoints.introspection_endpoint;
    if (!this.#isUsable(jwksUri) || !this.#isUsable(introspectionEndpoint)) {
      return { cause: "An endpoint in the discovery document is not an https URL", final: false };
    }
    const tokenEndpoint = this.#usableOf(endpoints.token_endpoint);
    const userinfoEndpoint = this.#usableOf(endpoints.userinfo_endpoint);
    return { metadata: { jwksUri, introspectionEndpoint, tokenEndpoint, userinfoEndpoint } };
  }
  /** For a client that shows a certificate, endpoints that ask for one come first (RFC 8705 section 5). */
  #endpointsOf(document) {
    const { mtls_endpoint_aliases: aliases } = document;
    const showsCertificate = this.#config.grants?.client.auth === "tls_client_auth";
    return showsCertificate && isJsonObject(aliases) ? { ...document, ...aliases } : document;
  }
  /** An endpoint that few deployments use does not spoil those that all do. */
  #usableOf(endpoint) {
    return this.#isUsable(endpoint) ? endpoint : void 0;
  }
  #isUsable(endpoint) {
    if (endpoint === void 0)
      return true;
    return typeof endpoint === "string" && isSafeEndpoint(endpoint, this.#config.insecureHttp);
  }
};
function documentUrls(issuer) {
  const { origin, pathname } = new URL(issuer);
  const path = pathname.replace(/\/$/, "");
  return [
    `${origin}${path}/.well-known/openid-configuration`,
    `${origin}/.well-known/oauth-authorization-server${path}`
  ];
}

// ../../packages/verifier/dist/issuer/health.js
var Health = class {
  #ports;
  #name;
  #issuer;
  #state = "idle";
  #since;
  #lastError;
  constructor(ports, name, issuer) {
    this.#ports = ports;
    this.#name = name;
    this.#issuer = issuer;
  }
  ready() {
    this.#change("ready");
  }
  down(cause) {
    this.#change("down");
    this.#lastError = cause;
  }
  read() {
    const status = { name: this.#name, issuer: this.#issuer, state: this.#state, since: this.#since };
    return this.#lastError === void 0 ? status : { ...status, lastError: this.#lastError };
  }
  #change(state) {
    if (this.#state === state)
      return;
    this.#state = state;
    this.#since = this.#ports.now();
  }
};

// ../../packages/verifier/dist/issuer/keys.js
import { createSecretKey as createSecretKey2 } from "node:crypto";

// ../../packages/verifier/dist/issuer/key-keeper.js
var MAX_CANDIDATES = 4;
function pickKeys(keys, { alg, kid }) {
  const candidates = [];
  for (const key of keys) {
    if (key.algorithms.has(alg) && (kid === void 0 || key.kid === kid) && candidates.length < MAX_CANDIDATES) {
      candidates.push(key);
    }
  }
  return candidates;
}

// ../../packages/verifier/dist/issuer/jwks.js
var MAX_BYTES2 = 262144;
var MAX_KEYS = 100;
var requestKeySet = (ports, url, timeout, tls) => ask(ports, {
  url,
  method: "GET",
  headers: { accept: "application/jwk-set+json, application/json" },
  ...tls === void 0 ? {} : { tls },
  timeout,
  maxBytes: MAX_BYTES2
});
function processKeySet(answer) {
  if (!answer.ok)
    return { ok: false, cause: `The JWKS endpoint ${FAILURES[answer.failure]}` };
  if (answer.status !== 200)
    return { ok: false, cause: `The JWKS endpoint answered with status ${answer.status}` };
  const members = parseJsonObject(answer.body)?.keys;
  if (!Array.isArray(members))
    return { ok: false, cause: "The JWKS endpoint answered with no JWK Set" };
  if (members.length > MAX_KEYS)
    return { ok: false, cause: `The JWK Set has more than ${MAX_KEYS} keys` };
  const keys = members.map(parseKey).filter((key) => key !== void 0);
  return { ok: true, keys, maxAge: readMaxAge(answer.headers.get("cache-control")) };
}
function readMaxAge(cacheControl) {
  if (cacheControl === null)
    return void 0;
  if (/(?:^|[,\s])(?:no-store|no-cache)(?:$|[,\s=])/i.test(cacheControl))
    return 0;
  const seconds = /(?:^|[,\s])max-age="?(\d{1,10})/i.exec(cacheControl)?.[1];
  return seconds === void 0 ? void 0 : Number(seconds);
}

// ../../packages/verifier/dist/issuer/unknown-kids.js
var CAPACITY = 1e3;
var UnknownKids = class {
  #shortest;
  #longest;
  #memory = /* @__PURE__ */ new Map();
  constructor(shortest, longest) {
    this.#shortest = shortest;
    this.#longest = Math.max(shortest, longest);
  }
  get size() {
    return this.#memory.size;
  }
  has(algorithm, kid, now) {
    const memory = this.#memory.get(nameOf(algorithm, kid));
    return memory !== void 0 && now < memory.until;
  }
  add(algorithm, kid, now) {
    const name = nameOf(algorithm, kid);
    const known = this.#memory.get(name);
    const wait = known === void 0 ? this.#shortest : Math.min(this.#longest, known.wait * 2);
    this.#memory.delete(name);
    this.#memory.set(name, { until: now + wait, wait });
    if (this.#memory.size <= CAPACITY)
      return;
    for (const oldest of this.#memory.keys()) {
      this.#memory.delete(oldest);
      return;
    }
  }
};
var nameOf = (algorithm, kid) => digestConfiguration([algorithm, kid ?? null]);

// ../../packages/verifier/dist/issuer/remote-keys.js
var REFRESH_AHEAD = 0.8;
var RETRY_CAP2 = 10;
var RemoteKeys = class {
  #config;
  #source;
  #jwksUri;
  #ports;
  #health;
  #retry;
  #unknown;
  #set;
  /** When a key that the set lacked last caused a fetch. Loading and refreshing do not count: rotation right after them is seen. */
  #soughtAt = Number.NEGATIVE_INFINITY;
  #underway;
  #lastCause = "";
  constructor(config, source, jwksUri, ports, health) {
    this.#config = config;
    this.#source = source;
    this.#jwksUri = jwksUri;
    this.#ports = ports;
    this.#health = health;
    this.#retry = new Retry(ports, Math.min(source.cooldown, RETRY_CAP2));
    this.#unknown = new UnknownKids(source.cooldown, source.maxAge);
  }
  find(wanted) {
    const now = this.#ports.now();
    if (this.#set === void 0 || !this.#isUsable(this.#set, now))
      return this.#load(wanted);
    const keys = pickKeys(this.#set.keys, wanted);
    return keys.length > 0 ? accept(keys) : this.#seek(wanted, now);
  }
  vouches(key, now) {
    return this.#set?.keys.has(key) === true && this.#isUsable(this.#set, now);
  }
  /** Fresh, or stale while the issuer can not be asked. Starts a refresh where one is due. */
  #isUsable(set, now) {
    if (now < set.refreshAt)
      return true;
    const isUsable = now < set.freshUntil || this.#retry.failing && now < set.usableUntil;
    if (isUsable && this.#retry.wait() === 0)
      void this.#refresh();
    return isUsable;
  }
  /** There is no set to go by: waits for one, unless the last attempt failed a moment ago. */
  async #load(wanted) {
    if (this.#underway !== void 0 || this.#retry.wait() === 0)
      await this.#refresh();
    const set = this.#set;
    if (set === void 0 || this.#retry.failing && this.#ports.now() >= set.usableUntil)
      return this.#unavailable();
    const keys = pickKeys(set.keys, wanted);
    if (keys.length > 0)
      return accept(keys);
    return this.#retry.failing ? this.#unavailable() : this.#unknownKey();
  }
  /** The set lacks the key. It may be a new one, so the issuer is asked, unless it was a moment ago. */
  async #seek(wanted, now) {
    const { alg, kid } = wanted;
    if (this.#underway === void 0) {
      if (this.#retry.wait() > 0)
        return this.#unavailable();
      if (now < this.#soughtAt + this.#source.cooldown || this.#unknown.has(alg, kid, now))
        return this.#unknownKey();
      this.#soughtAt = now;
    }
    await this.#refresh();
    if (this.#retry.failing)
      return this.#unavailable();
    const keys = pickKeys(this.#set?.keys ?? [], wanted);
    if (keys.length > 0)
      return accept(keys);
    this.#unknown.add(alg, kid, now);
    return this.#unknownKey();
  }
  #refresh() {
    this.#underway ??= this.#attempt().finally(() => {
      this.#underway = void 0;
    });
    return this.#underway;
  }
  async #attempt() {
    const attemptedAt = this.#ports.now();
    const cause = await this.#fetch(attemptedAt);
    if (cause === void 0) {
      this.#retry.succeeded();
      this.#health.ready();
    } else {
      this.#lastCause = cause;
      this.#retry.failed(attemptedAt);
      this.#health.down(cause);
    }
  }
  /** Replaces the set; what went wrong is returned as a sentence. */
  async #fetch(attemptedAt) {
    const uri = await this.#jwksUri();
    if (!uri.ok)
      return uri.rejection.cause ?? "Discovery failed";
    const answer = processKeySet(await requestKeySet(this.#ports, uri.value, this.#source.timeout, this.#config.tls));
    if (!answer.ok)
      return answer.cause;
    const { maxAge, cooldown, staleIfError } = this.#source;
    const freshFor = Math.min(maxAge, Math.max(cooldown, answer.maxAge ?? maxAge));
    this.#set = {
      keys: this.#recognise(answer.keys),
      refreshAt: attemptedAt + freshFor * REFRESH_AHEAD,
      freshUntil: attemptedAt + freshFor,
      usableUntil: attemptedAt + freshFor + staleIfError
    };
    return void 0;
  }
  /** Keys that were there before stay the same objects, so that what they verified remains verified. */
  #recognise(keys) {
    const known = new Map([...this.#set?.keys ?? []].map((key) => [key.identity, key]));
    return new Set(keys.map((key) => known.get(key.identity) ?? key));
  }
  #unavailable() {
    const detail = { retryAfter: retryAfter(this.#retry.wait()) };
    return refuse({ code: "issuer_unavailable", issuer: this.#config.name, cause: this.#lastCause, detail });
  }
  #unknownKey() {
    return refuse({ code: "key_unknown", issuer: this.#config.name });
  }
};

// ../../packages/verifier/dist/issuer/keys.js
function createKeyKeeper(config, jwksUri, ports, health) {
  const { keys } = config;
  switch (keys.kind) {
    case "remote":
      return new RemoteKeys(config, keys, jwksUri, ports, health);
    case "local":
      return new LocalKeys(config.name, keys.keys.map(parseKey).filter((key) => key !== void 0));
    case "secret":
      return new SecretKey(keys.secret, config.algorithms);
    case "none":
      return new LocalKeys(config.name, []);
  }
}
var LocalKeys = class {
  #name;
  #keys;
  constructor(name, keys) {
    this.#name = name;
    this.#keys = keys;
  }
  find(wanted) {
    const keys = pickKeys(this.#keys, wanted);
    return keys.length > 0 ? accept(keys) : refuse({ code: "key_unknown", issuer: this.#name });
  }
  vouches() {
    return true;
  }
};
var SecretKey = class {
  #keys;
  constructor(secret, algorithms) {
    this.#keys = [{ kid: void 0, key: createSecretKey2(secret), algorithms, identity: "secret" }];
  }
  find() {
    return accept(this.#keys);
  }
  vouches() {
    return true;
  }
};

// ../../packages/verifier/dist/issuer/authority.js
function createAuthority(config, ports) {
  const health = new Health(ports, config.name, config.issuer);
  const discovery = new Discovery(config, ports, health);
  const written = config.keys.kind === "remote" ? config.keys.uri : void 0;
  const locate3 = async (name, url) => {
    if (url !== void 0)
      return accept(url);
    const metadata = await discovery.find();
    if (!metadata.ok)
      return metadata;
    const found = metadata.value[name];
    return found === void 0 ? discovery.unavailable(ABSENT[name]) : accept(found);
  };
  return {
    config,
    health,
    keys: createKeyKeeper(config, () => locate3("jwksUri", written), ports, health),
    introspectionEndpoint: () => locate3("introspectionEndpoint", config.introspection?.endpoint),
    tokenEndpoint: () => locate3("tokenEndpoint", config.grants?.tokenEndpoint),
    userinfoEndpoint: () => locate3("userinfoEndpoint", config.userinfo.endpoint)
  };
}
var ABSENT = {
  jwksUri: "The discovery document has no jwks_uri",
  introspectionEndpoint: "The discovery document has no introspection_endpoint",
  tokenEndpoint: "The discovery document has no token_endpoint",
  userinfoEndpoint: "The discovery document has no userinfo_endpoint"
};

// ../../packages/verifier/dist/issuer/registry.js
var Registry = class {
  configs;
  /** Of everything in all of them that can change a verdict; for one issuer that issuer's own. */
  digest;
  #byIssuer;
  constructor(configs) {
    this.configs = configs;
    const digests = configs.map((config) => config.digest);
    this.digest = digests.length === 1 ? digests[0] ?? "" : digestConfiguration(digests);
    this.#byIssuer = new Map(configs.map((config) => [config.issuer, config]));
  }
  /** The issuer that a token not yet verified names, by exact string (RFC 7519 section 4.1.1: case-sensitive). Does no I/O. */
  resolve(candidate) {
    const config = this.#byIssuer.get(candidate.iss);
    return config === void 0 ? refuse({ code: "issuer_unknown" }) : accept(config);
  }
};

// ../../packages/verifier/dist/parse-options.js
var MAX_TOKEN_BYTES = 8192;
function parseOptions({ issuers, maxTokenBytes = MAX_TOKEN_BYTES, publicUrl }) {
  const { problems, configs } = checkIssuers(issuers);
  const all = [...problems];
  if (!Number.isSafeInteger(maxTokenBytes) || maxTokenBytes < 1) {
    all.push({
      path: "maxTokenBytes",
      message: "is not a length",
      allowed: "a whole number of bytes above 0; default 8192"
    });
  }
  if (publicUrl !== void 0 && !isPublicUrl(publicUrl)) {
    all.push({
      path: "publicUrl",
      message: "is not an absolute URL",
      allowed: "an http or https URL without query or fragment"
    });
  }
  if (all.length > 0)
    throw new ConfigurationError(all);
  return { configs, maxTokenBytes, publicUrl };
}
var isPublicUrl = (value) => typeof value === "string" && /^https?:[^?#]+$/.test(value) && URL.canParse(value);

// ../../packages/verifier/dist/policy/authorize.js
function authorize(facts, policy, now, proven = false) {
  const { principal } = facts;
  const terms = policy.terms.get(principal.issuerName);
  if (now >= facts.validUntil)
    return no(facts, "token_expired");
  if (now < facts.validFrom)
    return no(facts, "token_not_yet_valid");
  if (terms === void 0)
    return no(facts, "issuer_unknown");
  if (!isFor(principal, terms.audience) || !isFor(principal, policy.audience))
    return no(facts, "audience_mismatch");
  if (!isPossessed(principal, policy.proof, proven)) {
    return refuse({ code: "proof_missing", issuer: principal.issuerName, detail: {} });
  }
  if (policy.clients !== void 0 && !isClientOf(principal, policy.clients))
    return no(facts, "client_denied");
  if (!hasScopes(principal.scopes, policy))
    return lacksScopes(facts, policy);
  for (const rule of policy.claims)
    if (!isClaimAllowed(principal.claims, rule))
      return no(facts, "claim_denied");
  if (needsStepUp(facts, policy, terms, now))
    return stepUp(facts, policy);
  return facts.accepted;
}
function isFor({ audience }, wanted) {
  if (wanted === void 0)
    return true;
  for (const member of audience)
    if (wanted.has(member))
      return true;
  return false;
}
function isPossessed({ confirmation }, wanted, proven) {
  if (confirmation !== void 0 && !proven)
    return false;
  if (wanted === "any")
    return true;
  return confirmation?.[wanted === "dpop" ? "jkt" : "x5t#S256"] !== void 0;
}
var isClientOf = ({ client }, clients) => client !== void 0 && clients.has(client);
function hasScopes(granted, { scopes: scopes2, anyScope }) {
  for (const scope2 of scopes2)
    if (!granted.includes(scope2))
      return false;
  if (anyScope.length === 0)
    return true;
  for (const scope2 of anyScope)
    if (granted.includes(scope2))
      return true;
  return false;
}
function needsStepUp(facts, policy, terms, now) {
  if (policy.acr.length > 0 && (facts.acr === void 0 || !policy.acr.includes(facts.acr)))
    return true;
  if (policy.maxAge === void 0)
    return false;
  return facts.authTime === void 0 || now > facts.authTime + policy.maxAge + terms.clockTolerance;
}
var no = (facts, code) => refuse({ code, issuer: facts.principal.issuerName });
var lacksScopes = (facts, { scopes: scopes2, anyScope }) => refuse({
  code: "scope_missing",
  issuer: facts.principal.issuerName,
  detail: { scopes: scopes2.length > 0 ? scopes2 : anyScope }
});
var stepUp = (facts, { acr, maxAge }) => refuse({ code: "step_up_required", issuer: facts.principal.issuerName, detail: { acr, maxAge } });

// ../../packages/verifier/dist/policy/policy.js
function compilePolicy(options, issuers, path) {
  const problems = checkPolicy(options, issuers, path);
  if (problems.length > 0)
    throw new ConfigurationError(problems);
  const allowed = options.issuers ?? [...issuers.keys()];
  return Object.freeze({
    issuers: Object.freeze([...allowed]),
    terms: new Map(allowed.flatMap((name) => termsOf(name, issuers.get(name)))),
    audience: setOf(options.audience),
    scopes: listOf2(options.scopes),
    anyScope: listOf2(options.anyScope),
    clients: setOf(options.clients),
    claims: compileClaims(options.claims ?? {}),
    acr: listOf2(options.acr),
    maxAge: options.maxAge === void 0 ? void 0 : parseDuration(options.maxAge),
    proof: options.proof ?? "any"
  });
}
var termsOf = (name, config) => config === void 0 ? [] : [[name, { audience: config.audience, clockTolerance: config.clockTolerance }]];
var setOf = (list) => list === void 0 ? void 0 : new Set(list);
var listOf2 = (list) => Object.freeze([...list ?? []]);
var compileClaims = (claims) => Object.freeze(Object.entries(claims).flatMap(([key, demand]) => {
  const parts2 = parseClaimKey(key);
  return parts2 === void 0 ? [] : [Object.freeze(compileClaimRule(parts2, demand))];
}));

// ../../packages/verifier/dist/proof/dpop.js
import { hash as hash2 } from "node:crypto";

// ../../node_modules/jose/dist/webapi/lib/buffer_utils.js
var encoder = new TextEncoder();
var decoder = new TextDecoder();
var strictDecoder = new TextDecoder("utf-8", { fatal: true });
var UINT32_RANGE = 2 ** 32;
function concat(...buffers) {
  const size = buffers.reduce((acc, { length }) => acc + length, 0), buf = new Uint8Array(size);
  let i = 0;
  for (const buffer of buffers)
    buf.set(buffer, i), i += buffer.length;
  return buf;
}
function writeUInt32BE(buf, value, offset) {
  if (value < 0 || value >= UINT32_RANGE)
    throw new RangeError(`value must be >= 0 and <= ${UINT32_RANGE - 1}. Received ${value}`);
  buf.set([value >>> 24, value >>> 16, value >>> 8, value & 255], offset);
}
function uint64be(value) {
  const high = Math.floor(value / UINT32_RANGE), low = value % UINT32_RANGE, buf = new Uint8Array(8);
  return writeUInt32BE(buf, high, 0), writeUInt32BE(buf, low, 4), buf;
}
function uint32be(value) {
  const buf = new Uint8Array(4);
  return writeUInt32BE(buf, value), buf;
}
var NON_ASCII = /[^\x00-\x7f]/;
function encode(string) {
  if (typeof string == "string" && string.length >= 128) {
    if (NON_ASCII.test(string))
      throw new TypeError("non-ASCII string encountered in encode()");
    return encoder.encode(string);
  }
  const bytes = new Uint8Array(string.length);
  for (let i = 0; i < string.length; i++) {
    const code = string.charCodeAt(i);
    if (code > 127)
      throw new TypeError("non-ASCII string encountered in encode()");
    bytes[i] = code;
  }
  return bytes;
}
function encodeBase64(input, url = false) {
  if (Uint8Array.prototype.toBase64)
    return input.toBase64({ alphabet: url ? "base64url" : "base64", omitPadding: url });
  const CHUNK_SIZE = 32768, arr = [];
  for (let i = 0; i < input.length; i += CHUNK_SIZE)
    arr.push(String.fromCharCode.apply(null, input.subarray(i, i + CHUNK_SIZE)));
  const encoded = btoa(arr.join(""));
  return url ? encoded.replace(/=/g, "").replace(/\+/g, "-").replace(/\//g, "_") : encoded;
}
function decodeBase64(encoded, url = false) {
  if (Uint8Array.fromBase64)
    return Uint8Array.fromBase64(encoded, { alphabet: url ? "base64url" : "base64" });
  if (url) {
    if (encoded.includes("+") || encoded.includes("/"))
      throw new TypeError("Invalid base64url");
    encoded = encoded.replace(/-/g, "+").replace(/_/g, "/");
  }
  const binary = atob(encoded), bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i++)
    bytes[i] = binary.charCodeAt(i);
  return bytes;
}
async function digest(algorithm, data) {
  const subtleDigest = `SHA-${algorithm.slice(-3)}`;
  return new Uint8Array(await crypto.subtle.digest(subtleDigest, data));
}

// ../../node_modules/jose/dist/webapi/util/errors.js
var errors_exports = {};
__export(errors_exports, {
  JOSEAlgNotAllowed: () => JOSEAlgNotAllowed,
  JOSEError: () => JOSEError,
  JOSENotSupported: () => JOSENotSupported,
  JWEDecryptionFailed: () => JWEDecryptionFailed,
  JWEInvalid: () => JWEInvalid,
  JWKInvalid: () => JWKInvalid,
  JWKSInvalid: () => JWKSInvalid,
  JWKSMultipleMatchingKeys: () => JWKSMultipleMatchingKeys,
  JWKSNoMatchingKey: () => JWKSNoMatchingKey,
  JWKSTimeout: () => JWKSTimeout,
  JWSInvalid: () => JWSInvalid,
  JWSSignatureVerificationFailed: () => JWSSignatureVerificationFailed,
  JWTClaimValidationFailed: () => JWTClaimValidationFailed,
  JWTExpired: () => JWTExpired,
  JWTInvalid: () => JWTInvalid
});
var JOSEError = class extends Error {
  static code = "ERR_JOSE_GENERIC";
  code = "ERR_JOSE_GENERIC";
  constructor(message2, options) {
    super(message2, options), this.name = this.constructor.name, Error.captureStackTrace?.(this, this.constructor);
  }
};
var JWTClaimValidationFailed = class extends JOSEError {
  static code = "ERR_JWT_CLAIM_VALIDATION_FAILED";
  code = "ERR_JWT_CLAIM_VALIDATION_FAILED";
  claim;
  reason;
  payload;
  constructor(message2, payload, claim = "unspecified", reason = "unspecified") {
    super(message2, { cause: { claim, reason, payload } }), this.claim = claim, this.reason = reason, this.payload = payload;
  }
};
var JWTExpired = class extends JOSEError {
  static code = "ERR_JWT_EXPIRED";
  code = "ERR_JWT_EXPIRED";
  claim;
  reason;
  payload;
  constructor(message2, payload, claim = "unspecified", reason = "unspecified") {
    super(message2, { cause: { claim, reason, payload } }), this.claim = claim, this.reason = reason, this.payload = payload;
  }
};
var JOSEAlgNotAllowed = class extends JOSEError {
  static code = "ERR_JOSE_ALG_NOT_ALLOWED";
  code = "ERR_JOSE_ALG_NOT_ALLOWED";
};
var JOSENotSupported = class extends JOSEError {
  static code = "ERR_JOSE_NOT_SUPPORTED";
  code = "ERR_JOSE_NOT_SUPPORTED";
};
var JWEDecryptionFailed = class extends JOSEError {
  static code = "ERR_JWE_DECRYPTION_FAILED";
  code = "ERR_JWE_DECRYPTION_FAILED";
  constructor(message2 = "decryption operation failed", options) {
    super(message2, options);
  }
};
var JWEInvalid = class extends JOSEError {
  static code = "ERR_JWE_INVALID";
  code = "ERR_JWE_INVALID";
};
var JWSInvalid = class extends JOSEError {
  static code = "ERR_JWS_INVALID";
  code = "ERR_JWS_INVALID";
};
var JWTInvalid = class extends JOSEError {
  static code = "ERR_JWT_INVALID";
  code = "ERR_JWT_INVALID";
};
var JWKInvalid = class extends JOSEError {
  static code = "ERR_JWK_INVALID";
  code = "ERR_JWK_INVALID";
};
var JWKSInvalid = class extends JOSEError {
  static code = "ERR_JWKS_INVALID";
  code = "ERR_JWKS_INVALID";
};
var JWKSNoMatchingKey = class extends JOSEError {
  static code = "ERR_JWKS_NO_MATCHING_KEY";
  code = "ERR_JWKS_NO_MATCHING_KEY";
  constructor(message2 = "no applicable key found in the JSON Web Key Set", options) {
    super(message2, options);
  }
};
var JWKSMultipleMatchingKeys = class extends JOSEError {
  [Symbol.asyncIterator] = async function* () {
  };
  static code = "ERR_JWKS_MULTIPLE_MATCHING_KEYS";
  code = "ERR_JWKS_MULTIPLE_MATCHING_KEYS";
  constructor(message2 = "multiple matching keys found in the JSON Web Key Set", options) {
    super(message2, options);
  }
};
var JWKSTimeout = class extends JOSEError {
  static code = "ERR_JWKS_TIMEOUT";
  code = "ERR_JWKS_TIMEOUT";
  constructor(message2 = "request timed out", options) {
    super(message2, options);
  }
};
var JWSSignatureVerificationFailed = class extends JOSEError {
  static code = "ERR_JWS_SIGNATURE_VERIFICATION_FAILED";
  code = "ERR_JWS_SIGNATURE_VERIFICATION_FAILED";
  constructor(message2 = "signature verification failed", options) {
    super(message2, options);
  }
};

// ../../node_modules/jose/dist/webapi/util/base64url.js
var invalid = "The input to be decoded is not correctly encoded.";
function decode(input) {
  try {
    return decodeBase64(typeof input == "string" ? input : decoder.decode(input), true);
  } catch (cause) {
    throw new TypeError(invalid, { cause });
  }
}
function encode2(input) {
  return encodeBase64(typeof input == "string" ? encoder.encode(input) : input, true);
}

// ../../node_modules/jose/dist/webapi/lib/validate.js
function isObject(input) {
  if (typeof input != "object" || input === null || Object.prototype.toString.call(input) !== "[object Object]")
    return false;
  const prototype = Object.getPrototypeOf(input);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
function isDisjoint(...headers) {
  const parameters = /* @__PURE__ */ new Set();
  for (const header of headers)
    if (header)
      for (const parameter of Object.keys(header)) {
        if (parameters.has(parameter))
          return false;
        parameters.add(parameter);
      }
  return true;
}
function assertNotSet(value, name) {
  if (value !== void 0)
    throw new TypeError(`${name} can only be called once`);
}
function decodeBase64url(value, label, ErrorClass) {
  try {
    return decode(value);
  } catch (cause) {
    throw new ErrorClass(`Failed to base64url decode the ${label}`, { cause });
  }
}
function encodeAsciiMember(value, label, ErrorClass) {
  try {
    return encode(value);
  } catch (cause) {
    throw new ErrorClass(`The ${label} is not a valid base64url string`, { cause });
  }
}
function parseJoseHeader(encodedProtectedHeader, ErrorClass, message2) {
  let parsed;
  try {
    parsed = JSON.parse(strictDecoder.decode(decode(encodedProtectedHeader)));
  } catch (cause) {
    throw new ErrorClass(message2, { cause });
  }
  if (!isObject(parsed))
    throw new ErrorClass(message2);
  return parsed;
}
var JWS_RECOGNIZED = { __proto__: null, b64: true };
var JWE_RECOGNIZED = { __proto__: null };
function validateAlgorithms(option, algorithms) {
  if (algorithms !== void 0 && (!Array.isArray(algorithms) || algorithms.some((s) => typeof s != "string")))
    throw new TypeError(`"${option}" option must be an array of strings`);
  return algorithms === void 0 ? void 0 : new Set(algorithms);
}
function validateCritDuplicates(Err, protectedHeader) {
  const { crit } = protectedHeader ?? {};
  if (Array.isArray(crit) && new Set(crit).size !== crit.length)
    throw new Err('"crit" (Critical) Header Parameter MUST NOT contain duplicate values');
}
function validateCrit(Err, recognizedDefault, recognizedOption, protectedHeader, joseHeader) {
  if (joseHeader.crit !== void 0 && protectedHeader?.crit === void 0)
    throw new Err('"crit" (Critical) Header Parameter MUST be integrity protected');
  if (!protectedHeader || protectedHeader.crit === void 0)
    return [];
  if (!Array.isArray(protectedHeader.crit) || protectedHeader.crit.length === 0 || protectedHeader.crit.some((input) => typeof input != "string" || input.length === 0))
    throw new Err('"crit" (Critical) Header Parameter MUST be an array of non-empty strings when present');
  const recognized = recognizedOption === void 0 ? recognizedDefault : { __proto__: null, ...recognizedOption, ...recognizedDefault };
  for (const parameter of protectedHeader.crit) {
    if (!(parameter in recognized))
      throw new JOSENotSupported(`Extension Header Parameter "${parameter}" is not recognized`);
    if (!Object.hasOwn(joseHeader, parameter) || joseHeader[parameter] === void 0)
      throw new Err(`Extension Header Parameter "${parameter}" is missing`);
    if (recognized[parameter] && (!Object.hasOwn(protectedHeader, parameter) || protectedHeader[parameter] === void 0))
      throw new Err(`Extension Header Parameter "${parameter}" MUST be integrity protected`);
  }
  return protectedHeader.crit;
}
function validateB64(protectedHeader, extensions) {
  if (extensions.includes("b64")) {
    const b64 = protectedHeader.b64;
    if (typeof b64 != "boolean")
      throw new JWSInvalid('The "b64" (base64url-encode payload) Header Parameter must be a boolean');
    return b64;
  }
  return true;
}
function serializeJoseHeader(Err, header) {
  let serialized, parsed;
  try {
    serialized = JSON.stringify(header), parsed = JSON.parse(serialized);
  } catch (cause) {
    throw new Err("JOSE Header is not valid JSON", { cause });
  }
  if (!isObject(parsed))
    throw new Err("JOSE Header is not a JSON object");
  return [parsed, serialized];
}

// ../../node_modules/jose/dist/webapi/lib/key.js
var tag = (key) => key[Symbol.toStringTag];
var jwkMatchesOp = (entry, key, usage) => {
  const { alg } = entry;
  if (key.use !== void 0) {
    const expected = usage === "sign" || usage === "verify" ? "sig" : "enc";
    if (key.use !== expected)
      throw new TypeError(`Invalid key for this operation, its "use" must be "${expected}" when present`);
  }
  if (key.alg !== void 0 && key.alg !== alg)
    throw new TypeError(`Invalid key for this operation, its "alg" must be "${alg}" when present`);
  if (Array.isArray(key.key_ops)) {
    const expectedKeyOp = usage === "encrypt" || usage === "decrypt" ? entry.ops?.[usage === "encrypt" ? 0 : 1] : usage;
    if (expectedKeyOp && !key.key_ops.includes(expectedKeyOp))
      throw new TypeError(`Invalid key for this operation, its "key_ops" must include "${expectedKeyOp}" when present`);
  }
};
async function prepareKey(entry, key, usage) {
  const { alg, secret } = entry, requiresPrivateKey = usage === "decrypt" || usage === "sign";
  if (secret && key instanceof Uint8Array)
    return key;
  let normalized, keyObject;
  if (isObject(key)) {
    if (normalized = normalizeJwk(key), typeof normalized.kty != "string")
      throw invalidKeyType(alg, key, secret);
    if (!(secret ? normalized.kty === "oct" && typeof normalized.k == "string" : normalized.kty !== "oct" && (requiresPrivateKey ? normalized.kty === "AKP" && typeof normalized.priv == "string" || typeof normalized.d == "string" : normalized.d === void 0 && normalized.priv === void 0)))
      throw new TypeError(secret ? 'JSON Web Key for symmetric algorithms must have JWK "kty" (Key Type) equal to "oct" and the JWK "k" (Key Value) present' : `JSON Web Key for this operation must be a ${requiresPrivateKey ? "private" : "public"} JWK`);
    if (jwkMatchesOp(entry, normalized, usage), normalized.kty === "oct")
      return decode(normalized.k);
    if (!Object.isFrozen(key)) {
      const { key_ops } = key;
      Array.isArray(key_ops) && Object.freeze(key_ops), Object.freeze(key);
    }
  } else {
    if (!isKeyLike(key))
      throw invalidKeyType(alg, key, secret);
    const expectedType = secret ? "secret" : requiresPrivateKey ? "private" : "public";
    if (key.type !== expectedType && (secret || ["secret", "public", "private"].includes(key.type)))
      throw new TypeError(`${tag(key)} instances must be of type "${expectedType}" for the ${alg} algorithm`);
    if (isCryptoKey(key))
      return key;
    if (keyObject = key, keyObject.type === "secret")
      return keyObject.export();
  }
  cache ||= /* @__PURE__ */ new WeakMap();
  const cacheKey = key;
  let cached = cache.get(cacheKey);
  if (cached?.[alg])
    return cached[alg];
  if (cached || cache.set(cacheKey, cached = {}), keyObject && typeof keyObject.toCryptoKey == "function") {
    const isPublic = keyObject.type === "public", crv = nist[keyObject.asymmetricKeyDetails?.namedCurve], params = entry.resolve?.({ crv, asymmetricKeyType: keyObject.asymmetricKeyType }) ?? entry.subtle;
    return cached[alg] = keyObject.toCryptoKey(params, isPublic, entry.usages[isPublic ? 0 : 1]);
  }
  return normalized ??= keyObject.export({ format: "jwk" }), normalized.alg = alg, cached[alg] = await jwkToKey(entry, normalized);
}
var cache;
var nist = {
  __proto__: null,
  prime256v1: "P-256",
  secp384r1: "P-384",
  secp521r1: "P-521"
};
function assertCryptoKey(key) {
  if (!isCryptoKey(key))
    throw new Error("CryptoKey instance expected");
}
var isCryptoKey = (key) => {
  if (key?.[Symbol.toStringTag] === "CryptoKey")
    return true;
  try {
    return key instanceof CryptoKey;
  } catch {
    return false;
  }
};
var isKeyObject = (key) => key?.[Symbol.toStringTag] === "KeyObject";
var isKeyLike = (key) => isCryptoKey(key) || isKeyObject(key);
function message(msg, actual, ...types) {
  if (types.length > 2) {
    const last = types.pop();
    msg += `one of type ${types.join(", ")}, or ${last}.`;
  } else types.length === 2 ? msg += `one of type ${types[0]} or ${types[1]}.` : msg += `of type ${types[0]}.`;
  return actual == null ? msg += ` Received ${actual}` : typeof actual == "function" && actual.name ? msg += ` Received function ${actual.name}` : typeof actual == "object" && actual != null && actual.constructor?.name && (msg += ` Received an instance of ${actual.constructor.name}`), msg;
}
var invalidKeyInput = (actual, ...types) => message("Key must be ", actual, ...types);
function invalidKeyType(alg, actual, secret) {
  const types = ["CryptoKey", "KeyObject", "JSON Web Key"];
  return secret && types.push("Uint8Array"), new TypeError(message(`Key for the ${alg} algorithm must be `, actual, ...types));
}
var unusable = (name, prop = "algorithm.name") => new TypeError(`CryptoKey does not support this operation, its ${prop} must be ${name}`);
function checkUsage(key, usage) {
  if (usage && !key.usages.includes(usage))
    throw new TypeError(`CryptoKey does not support this operation, its usages must include ${usage}.`);
}
function checkModulusLength(alg, key) {
  const { modulusLength } = key.algorithm;
  if (typeof modulusLength != "number" || modulusLength < 2048)
    throw new TypeError(`${alg} requires key modulusLength to be 2048 bits or larger`);
}
function checkCryptoKey(key, expected, usage) {
  const algorithm = key.algorithm;
  if (algorithm.name !== expected.name)
    throw unusable(expected.name);
  if (expected.hash && algorithm.hash?.name !== expected.hash)
    throw unusable(expected.hash, "algorithm.hash");
  if (expected.namedCurve && algorithm.namedCurve !== expected.namedCurve)
    throw unusable(expected.namedCurve, "algorithm.namedCurve");
  if (expected.length !== void 0 && algorithm.length !== expected.length)
    throw unusable(expected.length, "algorithm.length");
  checkUsage(key, usage);
}
function snapshotJwk(jwk) {
  return { __proto__: null, ...jwk };
}
function normalizeJwk(jwk) {
  const normalized = snapshotJwk(jwk);
  if (normalized.ext !== void 0 && typeof normalized.ext != "boolean")
    throw new TypeError('"ext" (Extractable) Parameter must be a boolean');
  if (normalized.key_ops !== void 0) {
    const value = normalized.key_ops, keyOps = Array.isArray(value) ? [...value] : void 0;
    if (!keyOps || keyOps.some((operation) => typeof operation != "string") || new Set(keyOps).size !== keyOps.length)
      throw new TypeError('"key_ops" (Key Operations) Parameter must be an array of unique strings');
    normalized.key_ops = keyOps;
  }
  return normalized;
}
function validateExtractableOption(extractable) {
  if (extractable !== void 0 && typeof extractable != "boolean")
    throw new TypeError('"extractable" option must be a boolean');
  return extractable;
}
async function jwkToKey(entry, jwk, extractable) {
  if (!entry.kty.includes(jwk.kty))
    throw new JOSENotSupported('Invalid or unsupported JWK "alg" (Algorithm) Parameter value');
  const algorithm = entry.resolve?.({ kty: jwk.kty, crv: jwk.crv }) ?? entry.subtle, isPrivate = !!(jwk.d || jwk.priv), keyData = { ...jwk, ext: extractable ?? jwk.ext };
  return keyData.kty !== "AKP" && delete keyData.alg, delete keyData.use, crypto.subtle.importKey("jwk", keyData, algorithm, keyData.ext ?? !isPrivate, jwk.key_ops ?? entry.usages[isPrivate ? 1 : 0]);
}
async function rawKey(key, expected, usage, extractable = false) {
  return key instanceof Uint8Array && (key = await crypto.subtle.importKey("raw", key, expected, extractable, [usage])), checkCryptoKey(key, expected, usage), key;
}

// ../../node_modules/jose/dist/webapi/lib/content_encryption.js
var generateCek = (enc) => crypto.getRandomValues(new Uint8Array(enc.cekBits >> 3));
function checkCekLength(cek, expected) {
  const actual = cek.byteLength << 3;
  if (actual !== expected)
    throw new JWEInvalid(`Invalid Content Encryption Key length. Expected ${expected} bits, got ${actual} bits`);
}
function checkIvLength(enc, iv) {
  if (iv.length << 3 !== enc.ivBits)
    throw new JWEInvalid("Invalid Initialization Vector length");
}
async function cbcKeySetup(enc, cek, usage) {
  if (!(cek instanceof Uint8Array))
    throw new TypeError(invalidKeyInput(cek, "Uint8Array"));
  const keyLengthBits = enc.cekBits >> 1, encKey = await crypto.subtle.importKey("raw", cek.subarray(keyLengthBits >> 3), "AES-CBC", false, [usage]), macKey = await crypto.subtle.importKey("raw", cek.subarray(0, keyLengthBits >> 3), {
    hash: `SHA-${keyLengthBits << 1}`,
    name: "HMAC"
  }, false, ["sign"]);
  return [encKey, macKey, keyLengthBits];
}
async function cbcHmacTag(macKey, macData, keyLengthBits) {
  return new Uint8Array((await crypto.subtle.sign("HMAC", macKey, macData)).slice(0, keyLengthBits >> 3));
}
async function timingSafeEqual(a, b) {
  const algorithm = { name: "HMAC", hash: "SHA-256" }, key = await crypto.subtle.generateKey(algorithm, false, ["sign", "verify"]), aHmac = await crypto.subtle.sign(algorithm, key, a);
  return crypto.subtle.verify(algorithm, key, aHmac, b);
}
async function cbcDecrypt(enc, cek, ciphertext, iv, tag2, aad) {
  const [encKey, macKey, keyLengthBits] = await cbcKeySetup(enc, cek, "decrypt"), al = uint64be(aad.length * 8), macData = concat(aad, iv, ciphertext, al), expectedTag = await cbcHmacTag(macKey, macData, keyLengthBits);
  try {
    if (await timingSafeEqual(tag2, expectedTag))
      return new Uint8Array(await crypto.subtle.decrypt({ iv, name: "AES-CBC" }, encKey, ciphertext));
  } catch {
  }
  throw new JWEDecryptionFailed();
}
async function decrypt(enc, cek, ciphertext, iv, tag2, aad) {
  if (!isCryptoKey(cek) && !(cek instanceof Uint8Array))
    throw new TypeError(invalidKeyInput(cek, "CryptoKey", "KeyObject", "Uint8Array", "JSON Web Key"));
  if (!iv)
    throw new JWEInvalid("JWE Initialization Vector missing");
  if (!tag2)
    throw new JWEInvalid("JWE Authentication Tag missing");
  if (!enc.cbc && tag2.length !== 16)
    throw new JWEInvalid("Invalid Authentication Tag length");
  if (checkIvLength(enc, iv), cek instanceof Uint8Array && checkCekLength(cek, enc.cekBits), enc.cbc)
    return cbcDecrypt(enc, cek, ciphertext, iv, tag2, aad);
  const encKey = await rawKey(cek, enc.subtle, "decrypt");
  try {
    return new Uint8Array(await crypto.subtle.decrypt({
      additionalData: aad,
      iv,
      name: "AES-GCM",
      tagLength: 128
    }, encKey, concat(ciphertext, tag2)));
  } catch {
    throw new JWEDecryptionFailed();
  }
}

// ../../node_modules/jose/dist/webapi/lib/key_descriptor.js
function table(entries) {
  const out = { __proto__: null };
  for (const alg in entries)
    out[alg] = { ...entries[alg], alg };
  return out;
}

// ../../node_modules/jose/dist/webapi/lib/jwe_algorithms.js
var wrap = [
  ["encrypt", "wrapKey"],
  ["decrypt", "unwrapKey"]
];
var derive = [[], ["deriveBits"]];
var none = [[], []];
function rsaes(bits) {
  return {
    kty: ["RSA"],
    mode: "key-encryption",
    subtle: { name: "RSA-OAEP", hash: `SHA-${bits}` },
    usages: wrap,
    ops: ["wrapKey", "unwrapKey"]
  };
}
function ecdh(mode) {
  return {
    kty: ["EC", "OKP"],
    mode,
    subtle: { name: "ECDH" },
    resolve: ({ kty, crv, asymmetricKeyType }) => {
      if (crv === "X25519" || asymmetricKeyType === "x25519")
        return { name: "X25519" };
      if (kty === "OKP")
        throw new JOSENotSupported('Invalid or unsupported JWK "alg" (Algorithm) Parameter value');
      return { name: "ECDH", namedCurve: crv };
    },
    usages: derive,
    ops: [void 0, "deriveBits"]
  };
}
function aeskw(bits, gcm = false) {
  return {
    kty: ["oct"],
    mode: "key-wrapping",
    secret: true,
    subtle: { name: gcm ? "AES-GCM" : "AES-KW", length: bits },
    usages: none,
    ops: gcm ? ["encrypt", "decrypt"] : ["wrapKey", "unwrapKey"]
  };
}
function pbes2() {
  return {
    kty: ["oct"],
    mode: "key-wrapping",
    secret: true,
    subtle: { name: "PBKDF2" },
    usages: none,
    ops: ["deriveBits", "deriveBits"]
  };
}
var JWE = table({
  dir: {
    kty: ["oct"],
    mode: "direct-encryption",
    secret: true,
    subtle: { name: "AES-GCM" },
    usages: none,
    ops: ["encrypt", "decrypt"]
  },
  "RSA-OAEP": rsaes(1),
  "RSA-OAEP-256": rsaes(256),
  "RSA-OAEP-384": rsaes(384),
  "RSA-OAEP-512": rsaes(512),
  "ECDH-ES": ecdh("direct-key-agreement"),
  "ECDH-ES+A128KW": ecdh("key-agreement-with-key-wrapping"),
  "ECDH-ES+A192KW": ecdh("key-agreement-with-key-wrapping"),
  "ECDH-ES+A256KW": ecdh("key-agreement-with-key-wrapping"),
  A128KW: aeskw(128),
  A192KW: aeskw(192),
  A256KW: aeskw(256),
  A128GCMKW: aeskw(128, true),
  A192GCMKW: aeskw(192, true),
  A256GCMKW: aeskw(256, true),
  "PBES2-HS256+A128KW": pbes2(),
  "PBES2-HS384+A192KW": pbes2(),
  "PBES2-HS512+A256KW": pbes2()
});
var contentOps = ["encrypt", "decrypt"];
function contentEncryption(bits, cbc = false) {
  return {
    kty: ["oct"],
    secret: true,
    subtle: { name: cbc ? "AES-CBC" : "AES-GCM", length: bits },
    usages: none,
    ops: contentOps,
    cekBits: bits,
    ivBits: cbc ? 128 : 96,
    cbc
  };
}
var ENC = table({
  A128GCM: contentEncryption(128),
  A192GCM: contentEncryption(192),
  A256GCM: contentEncryption(256),
  "A128CBC-HS256": contentEncryption(256, true),
  "A192CBC-HS384": contentEncryption(384, true),
  "A256CBC-HS512": contentEncryption(512, true)
});
function unsupported(parameter, name) {
  throw new JOSENotSupported(`Invalid or unsupported "${parameter}" (JWE ${name}) header value`);
}
function jweAlgorithm(alg) {
  return (typeof alg == "string" ? JWE[alg] : void 0) ?? unsupported("alg", "Algorithm");
}
function isJWECEKTransport(algorithm) {
  return algorithm.mode === "key-wrapping" || algorithm.mode === "key-encryption" || algorithm.mode === "key-agreement-with-key-wrapping";
}
function jweEncryption(enc) {
  return (typeof enc == "string" ? ENC[enc] : void 0) ?? unsupported("enc", "Encryption Algorithm");
}

// ../../node_modules/jose/dist/webapi/lib/key_management.js
function checkEcdhCryptoKey(key, usage) {
  if (key.algorithm.name !== "ECDH" && key.algorithm.name !== "X25519")
    throw new TypeError("CryptoKey does not support this operation, its algorithm.name must be ECDH or X25519");
  checkUsage(key, usage);
}
async function aeskwUnwrap(alg, key, encryptedKey) {
  const cryptoKey = await rawKey(key, jweAlgorithm(alg).subtle, "unwrapKey", true), cryptoKeyCek = await crypto.subtle.unwrapKey("raw", encryptedKey, cryptoKey, "AES-KW", { hash: "SHA-256", name: "HMAC" }, true, ["sign"]);
  return new Uint8Array(await crypto.subtle.exportKey("raw", cryptoKeyCek));
}
function checkRsaKey(alg, key, usage) {
  checkCryptoKey(key, jweAlgorithm(alg).subtle, usage), checkModulusLength(alg, key);
}
async function deriveKey(p2s, alg, p2c, key) {
  if (!(p2s instanceof Uint8Array) || p2s.length < 8)
    throw new JWEInvalid("PBES2 Salt Input must be 8 or more octets");
  if (!Number.isSafeInteger(p2c) || Math.sign(p2c) !== 1)
    throw new JWEInvalid("PBES2 Count Input must be a positive integer");
  const salt = concat(encode(alg), Uint8Array.of(0), p2s), keyLengthBits = parseInt(alg.slice(13, 16), 10), subtleAlg = {
    hash: `SHA-${alg.slice(8, 11)}`,
    iterations: p2c,
    name: "PBKDF2",
    salt
  }, cryptoKey = await rawKey(key, jweAlgorithm(alg).subtle, "deriveBits");
  return new Uint8Array(await crypto.subtle.deriveBits(subtleAlg, cryptoKey, keyLengthBits));
}
function lengthAndInput(input) {
  return concat(uint32be(input.length), input);
}
async function concatKdf(Z, keyDataLength, OtherInfo) {
  const dkLen = keyDataLength >> 3, hashLen = 32, reps = Math.ceil(dkLen / hashLen), dk = new Uint8Array(reps * hashLen);
  for (let i = 1; i <= reps; i++) {
    const hashResult = await digest("sha256", concat(uint32be(i), Z, OtherInfo));
    dk.set(hashResult, (i - 1) * hashLen);
  }
  return dk.slice(0, dkLen);
}
async function ecdhesDeriveKey(publicKey, privateKey, algorithmId, keyDataLength, apu = new Uint8Array(), apv = new Uint8Array()) {
  checkEcdhCryptoKey(publicKey), checkEcdhCryptoKey(privateKey, "deriveBits");
  const otherInfo = concat(lengthAndInput(encode(algorithmId)), lengthAndInput(apu), lengthAndInput(apv), uint32be(keyDataLength)), Z = new Uint8Array(await crypto.subtle.deriveBits({
    name: publicKey.algorithm.name,
    public: publicKey
  }, privateKey, publicKey.algorithm.name === "X25519" ? 256 : Math.ceil(parseInt(publicKey.algorithm.namedCurve.slice(-3), 10) / 8) << 3));
  return concatKdf(Z, keyDataLength, otherInfo);
}
function assertEcdhKey(key) {
  assertCryptoKey(key);
  const curve = key.algorithm.namedCurve;
  if (curve !== "P-256" && curve !== "P-384" && curve !== "P-521" && key.algorithm.name !== "X25519")
    throw new JOSENotSupported("ECDH with the provided key is not allowed or not supported by your javascript runtime");
}
function partyInfo(joseHeader, name) {
  const value = joseHeader[name];
  if (value !== void 0) {
    if (typeof value != "string")
      throw new JWEInvalid(`JOSE Header "${name}" (Agreement Party${name === "apu" ? "U" : "V"}Info) invalid`);
    return decodeBase64url(value, name, JWEInvalid);
  }
}
function checkPartyInfo(apu, apv) {
  if (!(apu === void 0 || apv === void 0 || apu.byteLength !== apv.byteLength)) {
    for (let i = 0; i < apu.byteLength; i++)
      if (apu[i] !== apv[i])
        return;
    throw new JWEInvalid('JOSE Header "apu" and "apv" values must be distinct');
  }
}
function assertEncryptedKey(encryptedKey) {
  if (encryptedKey === void 0)
    throw new JWEInvalid("JWE Encrypted Key missing");
}
function assertNoEncryptedKey(encryptedKey) {
  if (encryptedKey !== void 0)
    throw new JWEInvalid("Encountered unexpected JWE Encrypted Key");
}
function validateMaxPBES2Count(value) {
  if (value !== void 0 && value !== 1 / 0 && (!Number.isSafeInteger(value) || value < 1))
    throw new TypeError("maxPBES2Count must be a positive safe integer or Infinity");
}
async function decryptKeyManagement(entry, enc, key, encryptedKey, joseHeader, maxPBES2Count) {
  const { alg } = entry, mode = entry.mode;
  if (mode === "direct-encryption")
    return assertNoEncryptedKey(encryptedKey), key;
  const direct = mode === "direct-key-agreement";
  switch (direct ? assertNoEncryptedKey(encryptedKey) : assertEncryptedKey(encryptedKey), entry.subtle.name) {
    case "ECDH": {
      const { epk } = joseHeader;
      if (!isObject(epk) || ["d", "k", "p", "q", "dp", "dq", "qi", "oth", "priv"].some((parameter) => Object.hasOwn(epk, parameter)))
        throw new JWEInvalid('JOSE Header "epk" (Ephemeral Public Key) missing or invalid');
      assertEcdhKey(key);
      const ephemeralPublicKey = await jwkToKey(entry, epk), partyUInfo = partyInfo(joseHeader, "apu"), partyVInfo = partyInfo(joseHeader, "apv");
      checkPartyInfo(partyUInfo, partyVInfo);
      const derivedKey = await ecdhesDeriveKey(ephemeralPublicKey, key, direct ? enc.alg : alg, direct ? enc.cekBits : parseInt(alg.slice(-5, -2), 10), partyUInfo, partyVInfo);
      if (direct)
        return derivedKey;
      key = derivedKey;
      break;
    }
    case "RSA-OAEP":
      return assertCryptoKey(key), checkRsaKey(alg, key, "decrypt"), new Uint8Array(await crypto.subtle.decrypt("RSA-OAEP", key, encryptedKey));
    case "PBKDF2": {
      if (typeof joseHeader.p2c != "number")
        throw new JWEInvalid('JOSE Header "p2c" (PBES2 Count) missing or invalid');
      const p2cLimit = maxPBES2Count ?? 1e4;
      if (joseHeader.p2c > p2cLimit)
        throw new JWEInvalid('JOSE Header "p2c" (PBES2 Count) out is of acceptable bounds');
      if (typeof joseHeader.p2s != "string")
        throw new JWEInvalid('JOSE Header "p2s" (PBES2 Salt) missing or invalid');
      const p2s = decodeBase64url(joseHeader.p2s, "p2s", JWEInvalid);
      key = await deriveKey(p2s, alg, joseHeader.p2c, key);
      break;
    }
    case "AES-GCM": {
      if (typeof joseHeader.iv != "string")
        throw new JWEInvalid('JOSE Header "iv" (Initialization Vector) missing or invalid');
      if (typeof joseHeader.tag != "string")
        throw new JWEInvalid('JOSE Header "tag" (Authentication Tag) missing or invalid');
      const iv = decodeBase64url(joseHeader.iv, "iv", JWEInvalid), tag2 = decodeBase64url(joseHeader.tag, "tag", JWEInvalid);
      if (iv.byteLength !== 12)
        throw new JWEInvalid("Invalid Initialization Vector length");
      if (tag2.byteLength !== 16)
        throw new JWEInvalid("Invalid Authentication Tag length");
      return decrypt(jweEncryption(alg.slice(0, -2)), key, encryptedKey, iv, tag2, new Uint8Array());
    }
  }
  return aeskwUnwrap(alg.slice(-6), key, encryptedKey);
}

// ../../node_modules/jose/dist/webapi/lib/deflate.js
function validateZip(joseHeader, protectedHeader) {
  if (joseHeader.zip !== void 0 && joseHeader.zip !== "DEF")
    throw new JOSENotSupported('Unsupported JWE "zip" (Compression Algorithm) Header Parameter value.');
  if (joseHeader.zip !== void 0 && !protectedHeader?.zip)
    throw new JWEInvalid('JWE "zip" (Compression Algorithm) Header Parameter MUST be in a protected header.');
}
function supported(name) {
  if (typeof globalThis[name] > "u")
    throw new JOSENotSupported(`JWE "zip" (Compression Algorithm) Header Parameter requires the ${name} API.`);
}
async function transform(stream, input, maxLength = 1 / 0) {
  const writer = stream.writable.getWriter();
  writer.write(input).catch(() => {
  }), writer.close().catch(() => {
  });
  const chunks = [];
  let length = 0;
  const reader = stream.readable.getReader();
  for (; ; ) {
    const { value, done } = await reader.read();
    if (done)
      break;
    if (chunks.push(value), length += value.byteLength, maxLength !== 1 / 0 && length > maxLength)
      throw await reader.cancel().catch(() => {
      }), new JWEInvalid("Decompressed plaintext exceeded the configured limit");
  }
  return concat(...chunks);
}
async function decompress(input, maxLength) {
  return supported("DecompressionStream"), transform(new DecompressionStream("deflate-raw"), input, maxLength);
}

// ../../node_modules/jose/dist/webapi/lib/jwe_decrypt.js
function shareJWE(jwe) {
  const { protected: encodedProtected, ciphertext, iv, tag: tag2, aad } = jwe;
  let protectedHeader;
  return encodedProtected !== void 0 && (protectedHeader = parseJoseHeader(encodedProtected, JWEInvalid, "JWE Protected Header is invalid")), [
    protectedHeader,
    decodeBase64url(ciphertext, "ciphertext", JWEInvalid),
    iv !== void 0 ? decodeBase64url(iv, "iv", JWEInvalid) : void 0,
    tag2 !== void 0 ? decodeBase64url(tag2, "tag", JWEInvalid) : void 0,
    encodeAsciiMember((encodedProtected ?? "") + (aad !== void 0 ? `.${aad}` : ""), "aad", JWEInvalid)
  ];
}
function prepareDecrypt(options) {
  const keyManagementAlgorithms = options && validateAlgorithms("keyManagementAlgorithms", options.keyManagementAlgorithms), contentEncryptionAlgorithms = options && validateAlgorithms("contentEncryptionAlgorithms", options.contentEncryptionAlgorithms), { crit, maxPBES2Count, maxDecompressedLength } = options ?? {};
  validateMaxPBES2Count(maxPBES2Count);
  const decompressionLimit = maxDecompressedLength ?? 25e4;
  if (decompressionLimit !== 0 && decompressionLimit !== 1 / 0 && (!Number.isSafeInteger(decompressionLimit) || decompressionLimit < 1))
    throw new TypeError("maxDecompressedLength must be 0, a positive safe integer, or Infinity");
  return [
    keyManagementAlgorithms,
    contentEncryptionAlgorithms,
    crit,
    maxPBES2Count,
    maxDecompressedLength
  ];
}
async function decryptJWE(jwe, shared, key, token = shareJWE(jwe)) {
  const [protectedHeader, ciphertext, iv, tag2, additionalAuthenticatedData] = token, { header, unprotected, aad } = jwe;
  let joseHeader;
  if (header !== void 0 || unprotected !== void 0) {
    if (!isDisjoint(protectedHeader, header, unprotected))
      throw new JWEInvalid("JWE Protected, JWE Unprotected Header, and JWE Per-Recipient Unprotected Header Parameter names must be disjoint");
    joseHeader = { ...protectedHeader, ...header, ...unprotected };
  } else
    joseHeader = protectedHeader ?? {};
  const [keyManagementAlgorithms, contentEncryptionAlgorithms, crit, maxPBES2Count, maxDecompressedLength] = shared, { encrypted_key: encodedKey } = jwe;
  validateCrit(JWEInvalid, JWE_RECOGNIZED, crit, protectedHeader, joseHeader), validateZip(joseHeader, protectedHeader);
  const { alg, enc } = joseHeader;
  if (typeof alg != "string" || !alg)
    throw new JWEInvalid("missing JWE Algorithm (alg) in JWE Header");
  const selected = JWE[alg];
  if (encodedKey === "" && (!selected || !isJWECEKTransport(selected)))
    throw new JWEInvalid("JWE Encrypted Key incorrect type");
  const integrated = selected?.mode === "integrated-encryption";
  if (!integrated && (typeof enc != "string" || !enc))
    throw new JWEInvalid("missing JWE Encryption Algorithm (enc) in JWE Header");
  if (keyManagementAlgorithms && !keyManagementAlgorithms.has(alg) || !keyManagementAlgorithms && alg.startsWith("PBES2"))
    throw new JOSEAlgNotAllowed('"alg" (Algorithm) Header Parameter value not allowed');
  let encEntry;
  if (integrated) {
    if (enc !== void 0)
      throw new JWEInvalid('JWE "enc" (Encryption Algorithm) Header Parameter must not be present for integrated encryption');
    if (iv?.byteLength)
      throw new JWEInvalid("JWE Initialization Vector must be empty for integrated encryption");
    if (tag2?.byteLength)
      throw new JWEInvalid("JWE Authentication Tag must be empty for integrated encryption");
  } else {
    if (contentEncryptionAlgorithms && !contentEncryptionAlgorithms.has(enc))
      throw new JOSEAlgNotAllowed('"enc" (Encryption Algorithm) Header Parameter value not allowed');
    encEntry = jweEncryption(enc);
  }
  let encryptedKey;
  if (encodedKey !== void 0)
    try {
      encryptedKey = decodeBase64url(encodedKey, "encrypted_key", JWEInvalid);
    } catch (error) {
      if (!selected || !isJWECEKTransport(selected))
        throw error;
      encryptedKey = new Uint8Array();
    }
  let resolvedKey = false;
  typeof key == "function" && (key = await key(protectedHeader, jwe), resolvedKey = true);
  const algEntry = selected ?? jweAlgorithm(alg);
  isJWECEKTransport(algEntry) && encryptedKey === void 0 && (encryptedKey = new Uint8Array());
  const k = await prepareKey(algEntry.mode === "direct-encryption" ? encEntry : algEntry, key, "decrypt");
  let plaintext;
  if (algEntry.mode === "integrated-encryption")
    plaintext = await algEntry.decrypt(k, encryptedKey, ciphertext, additionalAuthenticatedData, protectedHeader, joseHeader);
  else {
    const encryption = encEntry;
    let cek;
    try {
      cek = await decryptKeyManagement(algEntry, encryption, k, encryptedKey, joseHeader, maxPBES2Count), isJWECEKTransport(algEntry) && cek instanceof Uint8Array && cek.byteLength << 3 !== encryption.cekBits && (cek = generateCek(encryption));
    } catch (err) {
      if (err instanceof TypeError || err instanceof JWEInvalid || err instanceof JOSENotSupported)
        throw err;
      cek = generateCek(encryption);
    }
    plaintext = await decrypt(encryption, cek, ciphertext, iv, tag2, additionalAuthenticatedData);
  }
  if (joseHeader.zip === "DEF") {
    const decompressionLimit = maxDecompressedLength ?? 25e4;
    if (decompressionLimit === 0)
      throw new JOSENotSupported('JWE "zip" (Compression Algorithm) Header Parameter is not supported.');
    plaintext = await decompress(plaintext, decompressionLimit).catch((cause) => {
      throw cause instanceof JWEInvalid ? cause : new JWEInvalid("Failed to decompress plaintext", { cause });
    });
  }
  return {
    plaintext,
    ...protectedHeader && { protectedHeader },
    ...aad !== void 0 && {
      additionalAuthenticatedData: decodeBase64url(aad, "aad", JWEInvalid)
    },
    ...unprotected && { sharedUnprotectedHeader: unprotected },
    ...header && { unprotectedHeader: header },
    ...resolvedKey && { key: k }
  };
}
async function decryptCompact(jwe, shared, key) {
  if (jwe instanceof Uint8Array && (jwe = decoder.decode(jwe)), typeof jwe != "string")
    throw new JWEInvalid("Compact JWE must be a string or Uint8Array");
  const { 0: protectedHeader, 1: encryptedKey, 2: iv, 3: ciphertext, 4: tag2, length } = jwe.split(".");
  if (length !== 5)
    throw new JWEInvalid("Invalid Compact JWE");
  return decryptJWE({
    ciphertext,
    iv: iv || void 0,
    protected: protectedHeader,
    tag: tag2 || void 0,
    encrypted_key: encryptedKey || void 0
  }, shared, key);
}

// ../../node_modules/jose/dist/webapi/jwe/compact/decrypt.js
async function compactDecrypt(jwe, key, options) {
  return decryptCompact(jwe, prepareDecrypt(options), key);
}

// ../../node_modules/jose/dist/webapi/lib/jws_algorithms.js
var sig = [["verify"], ["sign"]];
function hmac(bits) {
  const subtle = { name: "HMAC", hash: `SHA-${bits}` };
  return { kty: ["oct"], secret: true, subtle, signing: subtle, usages: sig };
}
function rsa2(bits, saltLength) {
  const subtle = { name: saltLength ? "RSA-PSS" : "RSASSA-PKCS1-v1_5", hash: `SHA-${bits}` };
  return {
    kty: ["RSA"],
    subtle,
    signing: saltLength ? { ...subtle, saltLength } : subtle,
    usages: sig,
    minRsaBits: 2048
  };
}
function ecdsa(crv, bits) {
  return {
    kty: ["EC"],
    crv,
    subtle: { name: "ECDSA", namedCurve: crv },
    signing: { name: "ECDSA", hash: `SHA-${bits}` },
    usages: sig
  };
}
function eddsa() {
  const subtle = { name: "Ed25519" };
  return {
    kty: ["OKP"],
    crv: "Ed25519",
    subtle,
    signing: subtle,
    usages: sig
  };
}
function mldsa(parameterSet) {
  const subtle = { name: `ML-DSA-${parameterSet}` };
  return {
    kty: ["AKP"],
    subtle,
    signing: subtle,
    usages: sig
  };
}
var JWS = table({
  HS256: hmac(256),
  HS384: hmac(384),
  HS512: hmac(512),
  RS256: rsa2(256),
  RS384: rsa2(384),
  RS512: rsa2(512),
  PS256: rsa2(256, 32),
  PS384: rsa2(384, 48),
  PS512: rsa2(512, 64),
  ES256: ecdsa("P-256", 256),
  ES384: ecdsa("P-384", 384),
  ES512: ecdsa("P-521", 512),
  EdDSA: eddsa(),
  Ed25519: eddsa(),
  "ML-DSA-44": mldsa(44),
  "ML-DSA-65": mldsa(65),
  "ML-DSA-87": mldsa(87)
});
function jwsAlgorithm(alg) {
  const entry = typeof alg == "string" ? JWS[alg] : void 0;
  if (!entry)
    throw new JOSENotSupported(`alg ${alg} is not supported either by JOSE or your javascript runtime`);
  return entry;
}

// ../../node_modules/jose/dist/webapi/lib/jws_verify.js
function prepareVerify(options) {
  return [options && validateAlgorithms("algorithms", options.algorithms), options?.crit];
}
function parseProtectedHeader(encodedProtectedHeader) {
  return encodedProtectedHeader === void 0 ? {} : parseJoseHeader(encodedProtectedHeader, JWSInvalid, "JWS Protected Header is invalid");
}
function encodeCompactUnencodedPayload(payload) {
  try {
    return encode(payload);
  } catch (cause) {
    throw new JWSInvalid("JWS Compact Serialization payload must use only ASCII characters", {
      cause
    });
  }
}
async function verifySignature(jws, shared, key, encodeUnencodedPayload, parsedProtected) {
  const { protected: encodedProtectedHeader, header, payload: inputPayload } = jws, protectedHeader = parsedProtected ?? parseProtectedHeader(encodedProtectedHeader);
  if (!isDisjoint(protectedHeader, header))
    throw new JWSInvalid("JWS Protected and JWS Unprotected Header Parameter names must be disjoint");
  const joseHeader = { ...protectedHeader, ...header }, b64 = validateB64(protectedHeader, validateCrit(JWSInvalid, JWS_RECOGNIZED, shared[1], protectedHeader, joseHeader)), { alg } = joseHeader;
  if (typeof alg != "string" || !alg)
    throw new JWSInvalid('JWS "alg" (Algorithm) Header Parameter missing or invalid');
  if (shared[0] && !shared[0].has(alg))
    throw new JOSEAlgNotAllowed('"alg" (Algorithm) Header Parameter value not allowed');
  if (b64) {
    if (typeof inputPayload != "string")
      throw new JWSInvalid("JWS Payload must be a string");
  } else if (typeof inputPayload != "string" && !(inputPayload instanceof Uint8Array))
    throw new JWSInvalid("JWS Payload must be a string or an Uint8Array instance");
  const signingPayload = b64 || typeof inputPayload != "string" ? inputPayload : encodeUnencodedPayload(inputPayload);
  let resolvedKey = false;
  typeof key == "function" && (key = await key(protectedHeader, jws), resolvedKey = true);
  const entry = jwsAlgorithm(alg), signingInput = concat(encodedProtectedHeader !== void 0 ? encode(encodedProtectedHeader) : new Uint8Array(), encode("."), typeof signingPayload == "string" ? shared[2] ??= encodeAsciiMember(signingPayload, "payload", JWSInvalid) : signingPayload), signature = decodeBase64url(jws.signature, "signature", JWSInvalid), verificationKey = await prepareKey(entry, key, "verify"), cryptoKey = await rawKey(verificationKey, entry.subtle, "verify");
  entry.minRsaBits && checkModulusLength(entry.alg, cryptoKey);
  let verified = false;
  try {
    verified = await crypto.subtle.verify(entry.signing, cryptoKey, signature, signingInput);
  } catch (cause) {
    throw new JWSSignatureVerificationFailed(void 0, { cause });
  }
  if (!verified)
    throw new JWSSignatureVerificationFailed();
  const result = { payload: typeof signingPayload == "string" ? decodeBase64url(signingPayload, "payload", JWSInvalid) : signingPayload };
  return encodedProtectedHeader !== void 0 && (result.protectedHeader = protectedHeader), header !== void 0 && (result.unprotectedHeader = header), resolvedKey ? [{ ...result, key: verificationKey }, b64] : [result, b64];
}
async function verifyCompact(jws, shared, key) {
  if (jws instanceof Uint8Array && (jws = decoder.decode(jws)), typeof jws != "string")
    throw new JWSInvalid("Compact JWS must be a string or Uint8Array");
  const { 0: protectedHeader, 1: payload, 2: signature, length } = jws.split(".");
  if (length !== 3)
    throw new JWSInvalid("Invalid Compact JWS");
  return verifySignature({ payload, protected: protectedHeader, signature }, shared, key, encodeCompactUnencodedPayload);
}

// ../../node_modules/jose/dist/webapi/jws/compact/verify.js
async function compactVerify(jws, key, options) {
  const [result] = await verifyCompact(jws, prepareVerify(options), key);
  return result;
}

// ../../node_modules/jose/dist/webapi/lib/jwt_claims_set.js
var epoch = (date) => Math.floor(date.getTime() / 1e3);
var multipliers = {
  s: 1,
  m: 60,
  h: 3600,
  d: 86400,
  w: 604800,
  y: 31557600
};
var REGEX = /^(\+|\-)? ?(\d+|\d+\.\d+) ?(seconds?|secs?|s|minutes?|mins?|m|hours?|hrs?|h|days?|d|weeks?|w|years?|yrs?|y)(?: (ago|from now))?$/i;
function invalidDuration() {
  throw new TypeError("Invalid time period format");
}
function secs(str) {
  typeof str != "string" && invalidDuration();
  const matched = REGEX.exec(str);
  (!matched || matched[4] && matched[1]) && invalidDuration();
  const value = parseFloat(matched[2]), durationSeconds = Math.round(value * multipliers[matched[3][0].toLowerCase()]);
  return Number.isFinite(durationSeconds) || invalidDuration(), matched[1] === "-" || matched[4] === "ago" ? -durationSeconds : durationSeconds;
}
function validateInput(label, input) {
  if (!Number.isFinite(input))
    throw new TypeError(`Invalid ${label} input`);
  return input;
}
function validateStringClaim(claim, value) {
  if (typeof value != "string")
    throw new TypeError(`"${claim}" claim must be a string`);
}
function validateAudienceClaim(value) {
  if (typeof value != "string" && (!Array.isArray(value) || Array.from(value).some((member) => typeof member != "string")))
    throw new TypeError('"aud" claim must be a string or an array of strings');
}
function numericDate(value, label) {
  return typeof value == "number" ? validateInput(label, value) : value instanceof Date ? validateInput(label, epoch(value)) : epoch(/* @__PURE__ */ new Date()) + secs(value);
}
var producerClaimsSets;
function producerClaimsSet(producer) {
  return producerClaimsSets.get(producer);
}
function jwtClaimsSetBytes(producer) {
  const claimsSet = producerClaimsSet(producer);
  for (const claim of ["iat", "nbf", "exp"]) {
    const value = claimsSet[claim];
    if (typeof value == "number" && !Number.isFinite(value))
      throw new TypeError(`"${claim}" claim must be a finite number`);
  }
  return encoder.encode(JSON.stringify(claimsSet));
}
var JWTClaimsBuilder = class {
  constructor(claimsSet = {}) {
    if (!isObject(claimsSet))
      throw new TypeError("JWT Claims Set MUST be an object");
    (producerClaimsSets ||= /* @__PURE__ */ new WeakMap()).set(this, structuredClone(claimsSet));
  }
  setIssuer(value) {
    return validateStringClaim("iss", value), producerClaimsSet(this).iss = value, this;
  }
  setSubject(value) {
    return validateStringClaim("sub", value), producerClaimsSet(this).sub = value, this;
  }
  setAudience(value) {
    return validateAudienceClaim(value), producerClaimsSet(this).aud = value, this;
  }
  setJti(value) {
    return validateStringClaim("jti", value), producerClaimsSet(this).jti = value, this;
  }
  setNotBefore(value) {
    return producerClaimsSet(this).nbf = numericDate(value, "setNotBefore"), this;
  }
  setExpirationTime(value) {
    return producerClaimsSet(this).exp = numericDate(value, "setExpirationTime"), this;
  }
  setIssuedAt(value) {
    const claimsSet = producerClaimsSet(this);
    return value === void 0 ? claimsSet.iat = epoch(/* @__PURE__ */ new Date()) : typeof value == "string" ? claimsSet.iat = validateInput("setIssuedAt", epoch(/* @__PURE__ */ new Date()) + secs(value)) : claimsSet.iat = numericDate(value, "setIssuedAt"), this;
  }
};

// ../../node_modules/jose/dist/webapi/lib/jws_sign.js
async function createSignature(input, key, rejectUnencoded) {
  let [payload, protectedHeader, unprotectedHeader, crit] = input, encodedProtectedHeader = "";
  if (protectedHeader !== void 0) {
    const normalized = serializeJoseHeader(JWSInvalid, protectedHeader);
    protectedHeader = normalized[0], encodedProtectedHeader = encode2(normalized[1]);
  }
  if (unprotectedHeader !== void 0 && (unprotectedHeader = serializeJoseHeader(JWSInvalid, unprotectedHeader)[0]), !protectedHeader && !unprotectedHeader)
    throw new JWSInvalid("either setProtectedHeader or setUnprotectedHeader must be called before #sign()");
  if (!isDisjoint(protectedHeader, unprotectedHeader))
    throw new JWSInvalid("JWS Protected and JWS Unprotected Header Parameter names must be disjoint");
  const joseHeader = { ...protectedHeader, ...unprotectedHeader };
  validateCritDuplicates(JWSInvalid, protectedHeader);
  const b64 = validateB64(protectedHeader, validateCrit(JWSInvalid, JWS_RECOGNIZED, crit, protectedHeader, joseHeader));
  b64 || rejectUnencoded?.();
  const { alg } = joseHeader;
  if (typeof alg != "string" || !alg)
    throw new JWSInvalid('JWS "alg" (Algorithm) Header Parameter missing or invalid');
  const entry = jwsAlgorithm(alg);
  let encodedPayload = "", signingPayload = payload, signingInput;
  if (b64) {
    const encodedPayloadCache = input[4];
    encodedPayloadCache ? (encodedPayload = encodedPayloadCache[0] ??= encode2(payload), signingPayload = encodedPayloadCache[1] ??= encode(encodedPayload)) : (encodedPayload = encode2(payload), signingInput = encoder.encode(`${encodedProtectedHeader}.${encodedPayload}`));
  }
  signingInput ??= concat(encode(encodedProtectedHeader), encode("."), signingPayload);
  const signingKey = await rawKey(await prepareKey(entry, key, "sign"), entry.subtle, "sign");
  entry.minRsaBits && checkModulusLength(entry.alg, signingKey);
  const jws = {
    signature: encode2(new Uint8Array(await crypto.subtle.sign(entry.signing, signingKey, signingInput))),
    payload: encodedPayload
  };
  return protectedHeader && (jws.protected = encodedProtectedHeader), unprotectedHeader && (jws.header = unprotectedHeader), [jws, b64];
}
async function createCompactSignature(payload, protectedHeader, crit, key, rejectUnencoded) {
  const [jws] = await createSignature([payload, protectedHeader, void 0, crit], key, rejectUnencoded);
  return `${jws.protected}.${jws.payload}.${jws.signature}`;
}

// ../../node_modules/jose/dist/webapi/jwt/sign.js
var SignJWT_base = JWTClaimsBuilder;
var SignJWT = class extends SignJWT_base {
  #protectedHeader;
  setProtectedHeader(protectedHeader) {
    return assertNotSet(this.#protectedHeader, "setProtectedHeader"), this.#protectedHeader = protectedHeader, this;
  }
  async sign(key, options) {
    return createCompactSignature(jwtClaimsSetBytes(this), this.#protectedHeader, options?.crit, key, () => {
      throw new JWTInvalid("JWTs MUST NOT use unencoded payload");
    });
  }
};

// ../../node_modules/jose/dist/webapi/lib/key_algorithm.js
function unsupportedAlg(source = 'JWK "alg" (Algorithm) Parameter') {
  throw new JOSENotSupported(`Invalid or unsupported ${source} value`);
}
function keyAlgorithm(alg, source) {
  return (typeof alg == "string" ? JWS[alg] ?? JWE[alg] : void 0) ?? unsupportedAlg(source);
}

// ../../node_modules/jose/dist/webapi/key/export.js
async function exportJWK(key) {
  if (isKeyObject(key))
    if (key.type === "secret")
      key = key.export();
    else
      return key.export({ format: "jwk" });
  if (key instanceof Uint8Array)
    return {
      kty: "oct",
      k: encode2(key)
    };
  if (!isCryptoKey(key))
    throw new TypeError(invalidKeyInput(key, "CryptoKey", "KeyObject", "Uint8Array"));
  if (!key.extractable)
    throw new TypeError("non-extractable CryptoKey cannot be exported as a JWK");
  const jwk = await crypto.subtle.exportKey("jwk", key);
  delete jwk.ext, delete jwk.key_ops, delete jwk.use, jwk.kty !== "AKP" && delete jwk.alg;
  for (const parameter of Object.keys(jwk))
    jwk[parameter] === void 0 && delete jwk[parameter];
  return jwk;
}

// ../../node_modules/jose/dist/webapi/jwk/thumbprint.js
var check = (value, description) => {
  if (typeof value != "string" || !value)
    throw new JWKInvalid(`${description} missing or invalid`);
};
async function calculateJwkThumbprint(key, digestAlgorithm) {
  let jwk;
  if (isObject(key)) {
    if (jwk = snapshotJwk(key), typeof jwk.kty != "string")
      throw new TypeError(invalidKeyInput(key, "CryptoKey", "KeyObject", "JSON Web Key"));
  } else if (isKeyLike(key))
    jwk = snapshotJwk(await exportJWK(key));
  else
    throw new TypeError(invalidKeyInput(key, "CryptoKey", "KeyObject", "JSON Web Key"));
  if (digestAlgorithm ??= "sha256", digestAlgorithm !== "sha256" && digestAlgorithm !== "sha384" && digestAlgorithm !== "sha512")
    throw new TypeError('digestAlgorithm must one of "sha256", "sha384", or "sha512"');
  let requiredMembers;
  switch (jwk.kty) {
    case "AKP":
      check(jwk.alg, '"alg" (Algorithm) Parameter'), check(jwk.pub, '"pub" (Public key) Parameter'), requiredMembers = { alg: jwk.alg, kty: jwk.kty, pub: jwk.pub };
      break;
    case "EC":
      check(jwk.crv, '"crv" (Curve) Parameter'), check(jwk.x, '"x" (X Coordinate) Parameter'), check(jwk.y, '"y" (Y Coordinate) Parameter'), requiredMembers = { crv: jwk.crv, kty: jwk.kty, x: jwk.x, y: jwk.y };
      break;
    case "OKP":
      check(jwk.crv, '"crv" (Subtype of Key Pair) Parameter'), check(jwk.x, '"x" (Public Key) Parameter'), requiredMembers = { crv: jwk.crv, kty: jwk.kty, x: jwk.x };
      break;
    case "RSA":
      check(jwk.e, '"e" (Exponent) Parameter'), check(jwk.n, '"n" (Modulus) Parameter'), requiredMembers = { e: jwk.e, kty: jwk.kty, n: jwk.n };
      break;
    case "oct":
      if (typeof jwk.k != "string")
        throw new JWKInvalid('"k" (Key Value) Parameter missing or invalid');
      requiredMembers = { k: jwk.k, kty: jwk.kty };
      break;
    default:
      throw new JOSENotSupported('"kty" (Key Type) Parameter missing or unsupported');
  }
  const thumbprintInput = encode(JSON.stringify(requiredMembers));
  return encode2(await digest(digestAlgorithm, thumbprintInput));
}

// ../../node_modules/jose/dist/webapi/key/import.js
async function importJWK(jwk, alg, options) {
  if (!isObject(jwk))
    throw new TypeError("JWK must be an object");
  const normalized = normalizeJwk(jwk), extractable = validateExtractableOption(options?.extractable), { alg: jwkAlg } = normalized;
  if (alg ??= jwkAlg, normalized.kty !== "oct" && !alg)
    throw new TypeError('"alg" argument is required when "jwk.alg" is not present');
  switch (normalized.kty) {
    case "oct":
      if (typeof normalized.k != "string")
        throw new TypeError('missing "k" (Key Value) Parameter value');
      return decode(normalized.k);
    case "AKP": {
      if (typeof jwkAlg != "string" || !jwkAlg)
        throw new TypeError('missing "alg" (Algorithm) Parameter value');
      if (alg !== jwkAlg)
        throw new TypeError("JWK alg and alg option value mismatch");
      return jwkToKey(keyAlgorithm(alg), normalized, extractable);
    }
    case "RSA":
    case "EC":
    case "OKP":
      return jwkToKey(keyAlgorithm(alg), normalized, extractable);
    default:
      throw new JOSENotSupported('Unsupported "kty" (Key Type) Parameter value');
  }
}

// ../../node_modules/jose/dist/webapi/util/decode_protected_header.js
function decodeProtectedHeader(token) {
  let encodedProtectedHeader;
  if (typeof token == "string") {
    const parts2 = token.split(".");
    (parts2.length === 3 || parts2.length === 5) && ([encodedProtectedHeader] = parts2);
  } else if (typeof token == "object" && token)
    if ("protected" in token)
      encodedProtectedHeader = token.protected;
    else
      throw new TypeError("Token does not contain a Protected Header");
  const invalid3 = "Invalid Token or Protected Header formatting";
  if (typeof encodedProtectedHeader != "string" || !encodedProtectedHeader)
    throw new TypeError(invalid3);
  return parseJoseHeader(encodedProtectedHeader, TypeError, invalid3);
}

// ../../node_modules/jose/dist/webapi/util/decode_jwt.js
function decodeJwt(jwt) {
  if (typeof jwt != "string")
    throw new JWTInvalid("JWTs must use Compact JWS serialization, JWT must be a string");
  const { 1: encodedPayload, length } = jwt.split(".");
  if (length === 5)
    throw new JWTInvalid("Only JWTs using Compact JWS serialization can be decoded");
  if (length !== 3)
    throw new JWTInvalid("Invalid JWT");
  if (!encodedPayload)
    throw new JWTInvalid("JWTs must contain a payload");
  let claimsSetBytes;
  try {
    claimsSetBytes = decode(encodedPayload);
  } catch (cause) {
    throw new JWTInvalid("Failed to base64url decode the payload", { cause });
  }
  let claimsSet;
  try {
    claimsSet = JSON.parse(strictDecoder.decode(claimsSetBytes));
  } catch (cause) {
    throw new JWTInvalid("Failed to parse the decoded payload as JSON", { cause });
  }
  if (!isObject(claimsSet))
    throw new JWTInvalid("Invalid JWT Claims Set");
  return claimsSet;
}

// ../../packages/verifier/dist/proof/nonce.js
import { createHmac } from "node:crypto";
var SLOT = 60;
var NonceIssuer = class {
  #secret;
  #slot = Number.NaN;
  #current = "";
  #previous = "";
  constructor(secret) {
    this.#secret = secret;
  }
  issue(now) {
    this.#turn(now);
    return this.#current;
  }
  /** Whether the nonce is one of ours and still valid: then it stands for the time at which the proof was made. */
  isOurs(nonce, now) {
    this.#turn(now);
    return nonce === this.#current || nonce === this.#previous;
  }
  #turn(now) {
    const slot = Math.floor(now / SLOT);
    if (slot === this.#slot)
      return;
    this.#slot = slot;
    this.#current = this.#make(slot);
    this.#previous = this.#make(slot - 1);
  }
  #make(slot) {
    return createHmac("sha256", this.#secret).update(`dpop nonce ${slot}`).digest("base64url");
  }
};

// ../../packages/verifier/dist/proof/parse.js
var DPOP_ALGORITHMS = [
  "ES256",
  "ES384",
  "ES512",
  "EdDSA",
  "PS256",
  "PS384",
  "PS512",
  "RS256",
  "RS384",
  "RS512"
];
var PRIVATE = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];
var KEY_TYPES = /* @__PURE__ */ new Set(["EC", "RSA", "OKP"]);
function parseProof(proof) {
  let header;
  let claims;
  try {
    header = decodeProtectedHeader(proof);
    claims = decodeJwt(proof);
  } catch {
    return "the proof is no JWT";
  }
  const { typ, alg, jwk, crit } = header;
  if (typeof typ !== "string" || typ.toLowerCase() !== "dpop+jwt")
    return "the typ of the proof is not dpop+jwt";
  if (typeof alg !== "string" || !DPOP_ALGORITHMS.includes(alg))
    return "the algorithm of the proof is not allowed";
  if (crit !== void 0)
    return "the proof has critical extensions";
  if (!isJsonObject(jwk) || !KEY_TYPES.has(jwk.kty))
    return "the proof has no public key";
  if (PRIVATE.some((member) => Object.hasOwn(jwk, member)))
    return "the key of the proof is private";
  const { jti, htm, htu, iat, ath, nonce } = claims;
  if (typeof jti !== "string" || jti === "")
    return "the jti of the proof is missing";
  if (typeof htm !== "string")
    return "the htm of the proof is missing";
  if (typeof htu !== "string")
    return "the htu of the proof is missing";
  if (typeof iat !== "number" || !Number.isFinite(iat))
    return "the iat of the proof is missing";
  if (typeof ath !== "string")
    return "the ath of the proof is missing";
  if (nonce !== void 0 && typeof nonce !== "string")
    return "the nonce of the proof is no text";
  return { alg, jwk, jti, htm, htu, iat, ath, nonce };
}

// ../../packages/verifier/dist/proof/replay.js
var ReplayGuard = class {
  #period;
  #limit;
  #current = /* @__PURE__ */ new Set();
  #previous = /* @__PURE__ */ new Set();
  #since = -Infinity;
  constructor(period, limit) {
    this.#period = period;
    this.#limit = limit;
  }
  /** Asks and remembers in one step, so that of two parallel uses one is new. `jti` is unique per key, not in the world. */
  use(thumbprint, jti, now) {
    this.#turn(now);
    const digest2 = digestConfiguration([thumbprint, jti]);
    if (this.#current.has(digest2) || this.#previous.has(digest2))
      return "seen";
    if (this.#current.size >= this.#limit)
      return "full";
    this.#current.add(digest2);
    return "new";
  }
  #turn(now) {
    const age = now - this.#since;
    if (age < this.#period)
      return;
    this.#previous = age < 2 * this.#period ? this.#current : /* @__PURE__ */ new Set();
    this.#current = /* @__PURE__ */ new Set();
    this.#since = now;
  }
};

// ../../packages/verifier/dist/proof/target.js
function normalizeTarget(text4) {
  if (!URL.canParse(text4))
    return void 0;
  const url = new URL(text4);
  if (url.protocol !== "https:" && url.protocol !== "http:")
    return void 0;
  if (url.username !== "" || url.password !== "")
    return void 0;
  return url.origin + url.pathname.replace(/%[0-9a-f]{2}/gi, normalizeEscape);
}
function normalizeEscape(triplet) {
  const character = String.fromCharCode(Number.parseInt(triplet.slice(1), 16));
  return /[A-Za-z0-9\-._~]/.test(character) ? character : triplet.toUpperCase();
}
function publicTarget(publicUrl, target) {
  const base = publicUrl.endsWith("/") ? publicUrl.slice(0, -1) : publicUrl;
  return normalizeTarget(base + target.replace(/\?.*$/s, ""));
}

// ../../packages/verifier/dist/proof/dpop.js
var FRESH2 = 60;
var AHEAD = 10;
var MAX_PROOFS = 1e5;
var ProofJudge = class {
  #ports;
  #publicUrl;
  #nonces;
  #replays;
  /**
   * `secret`: of the nonces, 32 bytes; processes that serve one public URL should share it. Default: random. `proofs`: how many are
   * remembered per two minutes; beyond it the answer is 503. Default 100,000, about 20 MB in all.
   */
  constructor(ports, publicUrl, secret = ports.random(32), proofs = MAX_PROOFS) {
    this.#ports = ports;
    this.#publicUrl = publicUrl;
    this.#replays = new ReplayGuard(Math.max(FRESH2 + AHEAD, 2 * SLOT), proofs);
    this.#nonces = new NonceIssuer(secret);
  }
  /** Cheap judgements first and the signature last; only a proof that is right in all else is remembered as used. */
  async judge(proof, request2) {
    const claims = parseProof(proof);
    if (typeof claims === "string")
      return invalid2(claims);
    const misfit = this.#findMisfit(claims, request2);
    if (misfit !== void 0)
      return invalid2(misfit);
    const now = this.#ports.now();
    if (!this.#isTimely(claims, now))
      return this.#demandNonce(now);
    if (!await isHolder(proof, claims, request2.thumbprint))
      return invalid2("the proof is not by the key of the token");
    return this.#useOnce(request2.thumbprint, claims.jti);
  }
  #findMisfit({ htm, htu, ath }, { method, target, token }) {
    if (htm !== method)
      return "the proof is for another method";
    const expected = publicTarget(this.#publicUrl, target);
    if (expected === void 0 || normalizeTarget(htu) !== expected)
      return "the proof is for another URL";
    return ath === hash2("sha256", token, "base64url") ? void 0 : "the proof is for another token";
  }
  #isTimely({ nonce, iat }, now) {
    if (nonce !== void 0)
      return this.#nonces.isOurs(nonce, now);
    return iat <= now + AHEAD && now < iat + FRESH2;
  }
  #demandNonce(now) {
    return refuse({
      code: "proof_invalid",
      cause: "the time of the proof is not known",
      detail: { wantsNonce: true, nonce: this.#nonces.issue(now) }
    });
  }
  #useOnce(thumbprint, jti) {
    switch (this.#replays.use(thumbprint, jti, this.#ports.now())) {
      case "new":
        return accept(void 0);
      case "seen":
        return refuse({ code: "proof_replayed" });
      case "full":
        return refuse({
          code: "issuer_unavailable",
          cause: "too many proofs to remember",
          detail: { retryAfter: FRESH2 }
        });
    }
  }
};
async function isHolder(proof, { alg, jwk }, thumbprint) {
  try {
    if (await calculateJwkThumbprint(jwk, "sha256") !== thumbprint)
      return false;
    await compactVerify(proof, await importJWK(jwk, alg), { algorithms: [alg] });
    return true;
  } catch {
    return false;
  }
}
var invalid2 = (cause) => refuse({ code: "proof_invalid", cause, detail: {} });

// ../../packages/verifier/dist/proof/mtls.js
import { createHash } from "node:crypto";
function verifyCertificate(thumbprint, certificate) {
  if (certificate === void 0 || certificate.byteLength === 0)
    return refuse({ code: "certificate_missing" });
  const actual = createHash("sha256").update(certificate).digest("base64url");
  return actual === thumbprint ? accept(void 0) : refuse({ code: "certificate_mismatch" });
}

// ../../packages/verifier/dist/proof/possession.js
var UNBOUND = Object.freeze(accept(false));
var PROVEN = Object.freeze(accept(true));
function verifyPossession({ principal }, presentation, judge) {
  const { confirmation } = principal;
  const byProof = presentation.scheme === "dpop";
  if (confirmation === void 0) {
    return byProof ? refuse({ code: "token_type_mismatch", cause: "the token is bound to no DPoP key" }) : UNBOUND;
  }
  const certificate = judgeCertificate(confirmation, presentation.inbound);
  if (certificate !== void 0 && !certificate.ok)
    return certificate;
  if (confirmation.jkt === void 0) {
    if (byProof)
      return refuse({ code: "token_type_mismatch", cause: "the token is bound to no DPoP key" });
    return certificate === void 0 ? missing("the token is bound to a key of an unknown kind") : PROVEN;
  }
  if (!byProof)
    return missing("the token is bound to a DPoP key and came without a proof");
  return judgeProof(confirmation.jkt, presentation, judge);
}
function judgeCertificate(confirmation, inbound) {
  const thumbprint = confirmation["x5t#S256"];
  return thumbprint === void 0 ? void 0 : verifyCertificate(thumbprint, inbound.certificate?.());
}
function judgeProof(thumbprint, { token, inbound }, judge) {
  const [proof, second] = fieldsOf(inbound.rawHeaders, "dpop");
  if (proof === void 0)
    return missing("there is no DPoP header");
  if (second !== void 0)
    return refuse({ code: "proof_invalid", cause: "there are two DPoP headers", detail: {} });
  if (judge === void 0) {
    return refuse({ code: "proof_invalid", cause: "the public URL of the gateway is not configured", detail: {} });
  }
  const { method, target } = inbound;
  return judge.judge(proof, { method, target, token, thumbprint }).then((outcome) => outcome.ok ? PROVEN : outcome);
}
var missing = (cause) => refuse({ code: "proof_missing", cause, detail: {} });
function fieldsOf(rawHeaders, name) {
  const values = [];
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    if (rawHeaders[i]?.toLowerCase() === name)
      values.push(rawHeaders[i + 1] ?? "");
  }
  return values;
}

// ../../packages/verifier/dist/token/cache.js
var PATIENCE = 32;
var FactsCache = class {
  #entries = /* @__PURE__ */ new Map();
  #limit;
  /** Goes round the entries in the order of their insertion; a Map's iterator survives changes to the Map. */
  #hand = this.#entries.entries();
  /** `limit`: most entries kept; 0 keeps none. */
  constructor(limit) {
    this.#limit = limit;
  }
  get size() {
    return this.#entries.size;
  }
  get(digest2, now) {
    const entry = this.#entries.get(digest2);
    if (entry === void 0)
      return void 0;
    if (now >= entry.until) {
      this.#entries.delete(digest2);
      return void 0;
    }
    entry.used = true;
    return entry.value;
  }
  set(digest2, value, until) {
    if (this.#limit <= 0)
      return;
    if (!this.#entries.delete(digest2) && this.#entries.size >= this.#limit)
      this.#evict();
    this.#entries.set(digest2, { value, until, used: false });
  }
  delete(digest2) {
    this.#entries.delete(digest2);
  }
  #evict() {
    for (let passed = 0; ; ) {
      const next = this.#hand.next();
      if (next.done === true) {
        this.#hand = this.#entries.entries();
        continue;
      }
      const [digest2, entry] = next.value;
      if (!entry.used || passed === PATIENCE) {
        this.#entries.delete(digest2);
        return;
      }
      entry.used = false;
      passed++;
    }
  }
};

// ../../packages/verifier/dist/token/classify.js
import { isUtf8 } from "node:buffer";
var THREE_PARTS = /^([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]*)\.([A-Za-z0-9_-]*)$/;
function classify(token) {
  const [, encodedHeader, encodedClaims, signature] = THREE_PARTS.exec(token) ?? [];
  if (encodedHeader === void 0 || encodedClaims === void 0 || signature === void 0)
    return { shape: "opaque" };
  const header = parseJsonObject(Buffer.from(encodedHeader, "base64url").toString());
  if (header === void 0)
    return { shape: "opaque" };
  if (readPart(encodedHeader) === void 0 || !isCanonical(signature)) {
    return malformed2("The token is not canonical base64url of UTF-8");
  }
  const claims = parseJsonObject(readPart(encodedClaims) ?? "");
  if (claims === void 0)
    return malformed2("The payload is not a JSON object");
  return readHeader(header, claims);
}
function readHeader(header, claims) {
  const { alg, kid, typ } = header;
  if (typeof alg !== "string")
    return malformed2("The header has no alg");
  if (kid !== void 0 && typeof kid !== "string")
    return malformed2("The header has a kid that is no string");
  if (typ !== void 0 && typeof typ !== "string")
    return malformed2("The header has a typ that is no string");
  if (header.crit !== void 0 || header.b64 !== void 0)
    return malformed2("The header has critical extensions");
  return { shape: "jwt", jwt: { alg, kid, typ, claims } };
}
function readPart(part) {
  const bytes = Buffer.from(part, "base64url");
  return bytes.toString("base64url") === part && isUtf8(bytes) ? bytes.toString() : void 0;
}
var isCanonical = (part) => Buffer.from(part, "base64url").toString("base64url") === part;
var malformed2 = (cause) => ({ shape: "malformed", cause });

// ../../packages/verifier/dist/token/in-turn.js
function askInTurn(questions, fallback) {
  return askFrom(questions, 0, void 0, fallback);
}
function askFrom(questions, from, soFar, fallback) {
  let gravest = soFar;
  for (let i = from; i < questions.length; i++) {
    const answer = questions[i]?.() ?? fallback;
    if (answer instanceof Promise) {
      const known = gravest;
      return answer.then((told) => told.ok ? told : askFrom(questions, i + 1, graver(known, told), fallback));
    }
    if (answer.ok)
      return answer;
    gravest = graver(gravest, answer);
  }
  return gravest ?? fallback;
}
function graver(first, second) {
  return first === void 0 || weight(second) > weight(first) ? second : first;
}
var weight = ({ rejection }) => rejection.code === "issuer_unavailable" ? 2 : rejection.code === "token_inactive" ? 0 : 1;

// ../../packages/verifier/dist/client/assertion.js
var ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
var LIFETIME = 60;
async function signAssertion(client, ports) {
  const now = Math.floor(ports.now());
  const header = { alg: client.algorithm, typ: "JWT", ...client.kid === void 0 ? {} : { kid: client.kid } };
  const assertion = await new SignJWT({
    iss: client.id,
    sub: client.id,
    aud: client.audience,
    jti: Buffer.from(ports.random(16)).toString("base64url"),
    iat: now,
    exp: now + LIFETIME
  }).setProtectedHeader(header).sign(client.key);
  return { client_id: client.id, client_assertion_type: ASSERTION_TYPE, client_assertion: assertion };
}

// ../../packages/verifier/dist/client/authenticate.js
var parametersOnly = (parameters) => ({ headers: {}, parameters });
var METHODS2 = {
  none: ({ id }) => parametersOnly(id === void 0 ? {} : { client_id: id }),
  // RFC 6749 section 2.3.1 encodes both halves as form values first; some engines take them as they are.
  client_secret_basic: ({ id, secret, encoding }) => {
    const half = encoding === "form" ? encodeFormValue : (value) => value;
    const pair = Buffer.from(`${half(id)}:${half(secret)}`, "utf8").toString("base64");
    return { headers: { authorization: `Basic ${pair}` }, parameters: {} };
  },
  client_secret_post: ({ id, secret }) => parametersOnly({ client_id: id, client_secret: secret }),
  client_secret_jwt: async (client, ports) => parametersOnly(await signAssertion(client, ports)),
  private_key_jwt: async (client, ports) => parametersOnly(await signAssertion(client, ports)),
  // RFC 8705 section 2.1.1: the certificate proves, the id names.
  tls_client_auth: ({ id, cert, key }) => ({ headers: {}, parameters: { client_id: id }, tls: { cert, key } })
};
async function authenticateClient(client, ports) {
  const method = METHODS2[client.auth];
  return method(client, ports);
}
var encodeFormValue = (value) => new URLSearchParams({ v: value }).toString().slice("v=".length);

// ../../packages/verifier/dist/token/breaker.js
var THRESHOLD = 5;
var REST = 1;
var Breaker = class {
  #failures = 0;
  #restUntil = 0;
  #last;
  /** The refusal to answer with instead of asking, or undefined where asking is allowed. */
  check(now) {
    if (this.#failures < THRESHOLD)
      return void 0;
    if (now < this.#restUntil && this.#restUntil - now <= REST)
      return this.#last;
    this.#restUntil = now + REST;
    return void 0;
  }
  failed(refusal) {
    this.#failures++;
    this.#last = refusal;
  }
  succeeded() {
    this.#failures = 0;
  }
};

// ../../packages/verifier/dist/client/kept.js
var RETRY = 5;
var Kept = class {
  #ports;
  #entries;
  #flights = /* @__PURE__ */ new Map();
  constructor(ports, limit) {
    this.#ports = ports;
    this.#entries = new FactsCache(limit);
  }
  /** `fetch` is asked where nothing is kept, or behind the request where it is time. */
  get(key, fetch) {
    const now = this.#ports.now();
    const entry = this.#entries.get(key, now);
    if (entry === void 0)
      return this.#flights.get(key) ?? this.#fly(key, fetch);
    if (now >= entry.refreshAt) {
      entry.refreshAt = now + RETRY;
      if (!this.#flights.has(key))
        void this.#fly(key, fetch);
    }
    return entry.outcome;
  }
  /** Forgets what is kept, if it is what `isMeant` means. */
  forget(key, isMeant) {
    const kept = this.#entries.get(key, this.#ports.now());
    if (kept?.outcome.ok === true && isMeant(kept.outcome.value))
      this.#entries.delete(key);
  }
  #fly(key, fetch) {
    const flight = this.#land(key, fetch).finally(() => this.#flights.delete(key));
    this.#flights.set(key, flight);
    return flight;
  }
  async #land(key, fetch) {
    const { outcome, refreshAt, until } = await fetch();
    const now = this.#ports.now();
    const isKept = until > now && (outcome.ok || this.#entries.get(key, now) === void 0);
    if (isKept)
      this.#entries.set(key, { outcome, refreshAt }, until);
    return outcome;
  }
};

// ../../packages/verifier/dist/client/token-request.js
var MAX_ANSWER = 65536;
var MAX_TOKEN = 16384;
function requestToken({ url, tls, timeout }, parameters, proof, ports) {
  const body = new URLSearchParams();
  for (const [name, value] of [...parameters, ...Object.entries(proof.parameters)])
    body.append(name, value);
  const material = proof.tls === void 0 ? tls : { ...tls, ...proof.tls };
  return ask(ports, {
    url,
    method: "POST",
    headers: { accept: "application/json", "content-type": "application/x-www-form-urlencoded", ...proof.headers },
    body: body.toString(),
    ...material === void 0 ? {} : { tls: material },
    timeout,
    maxBytes: MAX_ANSWER
  });
}
function processTokenResponse(asked, askedAt) {
  if (!asked.ok)
    return broken(FAILURES[asked.failure]);
  const answer = parseJsonObject(asked.body);
  if (asked.status >= 400 && answer !== void 0 && answer.error === "invalid_grant")
    return { kind: "denied" };
  const error = answer !== void 0 && asked.status >= 400 ? ERRORS.find((known) => known === answer.error) : void 0;
  if (error !== void 0)
    return broken(`answered ${error}`);
  if (asked.status !== 200)
    return broken(`answered with status ${asked.status}`);
  return answer === void 0 ? broken("answered with no JSON object") : readToken(answer, askedAt);
}
var ERRORS = [
  "invalid_client",
  "unauthorized_client",
  "invalid_scope",
  "invalid_target",
  "invalid_request",
  "unsupported_grant_type"
];
function readToken(answer, askedAt) {
  const { access_token: accessToken, token_type: type, expires_in: lifetime, scope: scope2 } = answer;
  if (typeof accessToken !== "string" || !isSendable(accessToken))
    return broken("answered with no token");
  if (typeof type !== "string" || !/^(?:bearer|n_a)$/i.test(type))
    return broken("answered with a token of another type");
  const seconds = typeof lifetime === "string" && /^\d{1,10}$/.test(lifetime) ? Number(lifetime) : lifetime;
  if (seconds !== void 0 && seconds !== null && !(typeof seconds === "number" && seconds >= 0)) {
    return broken("answered with a lifetime that can not be read");
  }
  const expiresAt = typeof seconds === "number" ? askedAt + seconds : void 0;
  return { kind: "issued", token: { accessToken, expiresAt, scope: typeof scope2 === "string" ? scope2 : void 0 } };
}
var isSendable = (token) => token.length <= MAX_TOKEN && /^[\x21-\x7e]+$/.test(token);
var broken = (why) => ({ kind: "broken", why });

// ../../packages/verifier/dist/client/token-client.js
var ACCESS_TOKEN = "urn:ietf:params:oauth:token-type:access_token";
var EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange";
var UNSAID = 60;
var AHEAD2 = 60;
var MARGIN = 5;
var DENIED = 5;
var RETRY_AFTER = 1;
function createTokenClient(settings, ports) {
  return new KeepingTokenClient(settings, ports);
}
var KeepingTokenClient = class {
  #settings;
  #ports;
  #kept;
  #breaker = new Breaker();
  constructor(settings, ports) {
    this.#settings = settings;
    this.#ports = ports;
    this.#kept = new Kept(ports, settings.entries ?? 1e4);
  }
  obtain(wish = {}) {
    return this.#get(parametersOf(wish), Infinity, false);
  }
  exchange(wish) {
    return this.#get(parametersOf(wish), wish.notAfter ?? Infinity, true);
  }
  forget(wish, accessToken) {
    this.#kept.forget(keyOf(parametersOf(wish)), (token) => token.accessToken === accessToken);
  }
  #get(parameters, notAfter, isExchange) {
    return this.#kept.get(keyOf(parameters), () => this.#fetch(parameters, notAfter, isExchange));
  }
  async #fetch(parameters, notAfter, isExchange) {
    const askedAt = this.#ports.now();
    const resting = this.#breaker.check(askedAt);
    if (resting !== void 0)
      return unkept(resting);
    const endpoint = await this.#settings.endpoint();
    if (!endpoint.ok)
      return unkept(endpoint);
    const { client, tls, timeout = 3, name } = this.#settings;
    const proof = await authenticateClient(client, this.#ports);
    const asked = await requestToken({ url: endpoint.value, tls, timeout }, parameters, proof, this.#ports);
    const verdict = processTokenResponse(asked, askedAt);
    if (verdict.kind === "broken")
      return unkept(this.#fail(`the token endpoint ${verdict.why}`));
    if (verdict.kind === "denied" && !isExchange)
      return unkept(this.#fail("the token endpoint refused our own credentials"));
    this.#breaker.succeeded();
    if (verdict.kind === "issued")
      return keep(verdict.token, askedAt, notAfter);
    const denied = refuse({ code: "token_inactive", issuer: name, cause: "the token endpoint refused the grant" });
    return { outcome: denied, refreshAt: Infinity, until: askedAt + DENIED };
  }
  #fail(cause) {
    const detail = { retryAfter: RETRY_AFTER };
    const refusal = refuse({ code: "issuer_unavailable", issuer: this.#settings.name, cause, detail });
    this.#breaker.failed(refusal);
    return refusal;
  }
};
function keep(token, askedAt, notAfter) {
  const end = Math.min(token.expiresAt ?? askedAt + UNSAID, notAfter);
  const share = Math.max(0, end - askedAt) / 10;
  const refreshAt = end === notAfter ? Infinity : end - Math.min(AHEAD2, 2 * share);
  return { outcome: accept(token), refreshAt, until: end - Math.min(MARGIN, share) };
}
var unkept = (outcome) => ({ outcome, refreshAt: Infinity, until: -Infinity });
function parametersOf(wish) {
  const parameters = "subjectToken" in wish ? exchangeParameters(wish) : [["grant_type", "client_credentials"]];
  if (wish.scope !== void 0 && wish.scope.length > 0)
    parameters.push(["scope", wish.scope.join(" ")]);
  for (const audience of wish.audience ?? [])
    parameters.push(["audience", audience]);
  for (const resource of wish.resource ?? [])
    parameters.push(["resource", resource]);
  return parameters;
}
function exchangeParameters({ subjectToken, subjectTokenType, requestedTokenType }) {
  const parameters = [
    ["grant_type", EXCHANGE],
    ["subject_token", subjectToken],
    ["subject_token_type", subjectTokenType ?? ACCESS_TOKEN]
  ];
  if (requestedTokenType !== void 0)
    parameters.push(["requested_token_type", requestedTokenType]);
  return parameters;
}
var keyOf = (parameters) => digestConfiguration(parameters);

// ../../packages/verifier/dist/client/prover.js
function createProver(settings, ports) {
  const { client } = settings;
  if (client.auth !== "bearer") {
    return { prove: async () => accept(await authenticateClient(client, ports)), renew: () => false };
  }
  if (!("grant" in client))
    return { prove: async () => accept(proofOf(client.token)), renew: () => false };
  const { grant } = client;
  const tokens = createTokenClient({ ...settings, client: grant.client, endpoint: settings.tokenEndpoint }, ports);
  const wish = grant.scope === void 0 ? {} : { scope: [grant.scope] };
  return {
    prove: async () => {
      const issued = await tokens.obtain(wish);
      return issued.ok ? accept(proofOf(issued.value.accessToken)) : issued;
    },
    renew: ({ headers }) => {
      tokens.forget(wish, (headers.authorization ?? "").slice(BEARER.length));
      return true;
    }
  };
}
var BEARER = "Bearer ";
var proofOf = (token) => ({ headers: { authorization: BEARER + token }, parameters: {} });

// ../../packages/verifier/dist/token/answer.js
function processIntrospection(settings, asked) {
  const status = statusOf(asked);
  const answer = asked.ok ? parseJsonObject(asked.body) : void 0;
  if (status !== void 0) {
    if (settings.inactiveWhen.some((matcher) => matches(matcher, status, answer)))
      return { kind: "inactive" };
    if (settings.refusedWhen.some((matcher) => matches(matcher, status, answer)))
      return { kind: "refused" };
  }
  if (!asked.ok)
    return { kind: "broken", why: FAILURES[asked.failure] };
  if (asked.status < 200 || asked.status > 299)
    return { kind: "broken", why: `answered with status ${asked.status}` };
  if (answer === void 0)
    return { kind: "broken", why: "answered with no JSON object" };
  return RULES[settings.activeWhen](answer);
}
function judgeUnsigned(settings, asked) {
  const status = statusOf(asked);
  const open = asked.ok ? parseJsonObject(asked.body) : void 0;
  if (status !== void 0 && settings.refusedWhen.some((matcher) => matches(matcher, status, open))) {
    return { kind: "refused" };
  }
  if (!asked.ok)
    return { kind: "broken", why: FAILURES[asked.failure] };
  return asked.status === 200 ? void 0 : { kind: "broken", why: `answered with status ${asked.status}` };
}
function judgeSigned(settings, answer) {
  if (settings.inactiveWhen.some((matcher) => matches(matcher, 200, answer)))
    return { kind: "inactive" };
  return RULES[settings.activeWhen](answer);
}
var statusOf = (asked) => !asked.ok && asked.failure === "redirect" ? void 0 : asked.status;
function matches({ status, member, equals }, actual, answer) {
  if (status !== void 0 && status !== actual)
    return false;
  if (member === void 0)
    return true;
  if (answer === void 0 || !Object.hasOwn(answer, member))
    return false;
  return equals === void 0 || answer[member] === equals;
}
var NO_VERDICT = { kind: "broken", why: "answered with no verdict" };
var INACTIVE = { kind: "inactive" };
var RULES = {
  // A boolean and nothing that resembles one: `"true"` is no verdict.
  active: (answer) => {
    const active = Object.hasOwn(answer, "active") ? answer.active : void 0;
    if (active === true)
      return { kind: "active", answer };
    return active === false ? INACTIVE : NO_VERDICT;
  },
  noError: (answer) => judgeByAbsence(answer, ["error"]),
  claims: (answer) => judgeByAbsence(answer, ["error", "code"])
};
function judgeByAbsence(answer, signs) {
  if (signs.some((sign) => Object.hasOwn(answer, sign)))
    return INACTIVE;
  if (Object.hasOwn(answer, "active") && answer.active === false)
    return INACTIVE;
  return Object.keys(answer).length === 0 ? NO_VERDICT : { kind: "active", answer };
}

// ../../packages/verifier/dist/principal.js
var makePrincipal = (facts) => Object.freeze(facts);

// ../../packages/verifier/dist/facts.js
var DEEPEST = 32;
function sealFacts(known, limits) {
  if (freezeClaims(known.claims))
    return accept(makeFacts(known, limits));
  return refuse({ code: "token_malformed", issuer: known.issuerName, cause: "the claims are nested too deeply" });
}
function makeFacts(known, limits) {
  for (const part of [known.claims, known.scopes, known.audience])
    Object.freeze(part);
  const principal = makePrincipal(known);
  return Object.freeze({ ...limits, principal, accepted: Object.freeze(accept(principal)) });
}
function freezeClaims(claims) {
  let level = [claims];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth === DEEPEST)
      return false;
    const next = [];
    for (const holder of level) {
      for (const value of Object.values(Object.freeze(holder))) {
        if (typeof value === "object" && value !== null)
          next.push(value);
      }
    }
    level = next;
  }
  return true;
}

// ../../packages/verifier/dist/token/claims.js
function claimOf(claims, name) {
  return Object.hasOwn(claims, name) ? claims[name] ?? void 0 : void 0;
}
function textOf(claims, name) {
  const value = claimOf(claims, name);
  return typeof value === "string" && value.trim() !== "" ? value : void 0;
}
var SEPARATORS = { space: / +/, comma: /[ ,]+/ };
function readScopes(claims, separator) {
  for (const name of ["scope", "scp"]) {
    const value = claimOf(claims, name);
    const texts2 = typeof value === "string" ? [value] : Array.isArray(value) ? value : void 0;
    if (texts2 === void 0)
      continue;
    const scopes2 = /* @__PURE__ */ new Set();
    for (const text4 of texts2) {
      if (typeof text4 !== "string")
        continue;
      for (const scope2 of text4.split(SEPARATORS[separator]))
        if (scope2 !== "")
          scopes2.add(scope2);
    }
    return [...scopes2];
  }
  return void 0;
}
function readAudience(claims) {
  const value = claimOf(claims, "aud");
  const members = Array.isArray(value) ? value : [value];
  return members.filter((member) => typeof member === "string" && member !== "");
}
var readClient = (claims) => textOf(claims, "client_id") ?? textOf(claims, "azp") ?? textOf(claims, "cid");
var DIGITS = /^\d{1,15}(?:\.\d{1,9})?$/;
function readTime(claims, name, strings = false) {
  const value = claimOf(claims, name);
  if (value === void 0)
    return void 0;
  const time = strings && typeof value === "string" && DIGITS.test(value) ? Number(value) : value;
  return typeof time === "number" && Number.isFinite(time) ? time : "malformed";
}
function readOptionalTime(claims, name, strings) {
  const time = readTime(claims, name, strings);
  return time === "malformed" ? void 0 : time;
}
var THUMBPRINT = /^[A-Za-z0-9_-]{43}$/;
function readConfirmation(claims) {
  const value = claimOf(claims, "cnf");
  if (value === void 0)
    return void 0;
  if (!isJsonObject(value))
    return "malformed";
  return isThumbprint(value, "jkt") && isThumbprint(value, "x5t#S256") ? value : "malformed";
}
function isThumbprint(confirmation, name) {
  if (!Object.hasOwn(confirmation, name))
    return true;
  const value = confirmation[name];
  return typeof value === "string" && THUMBPRINT.test(value);
}

// ../../packages/verifier/dist/token/merge.js
function mergeFacts(jwt, answer) {
  const signed = jwt.principal;
  const told = answer.principal;
  const saysScope = readScopes(told.claims, "space") !== void 0;
  return makeFacts({
    source: "both",
    issuerName: signed.issuerName,
    issuer: signed.issuer,
    subject: told.subject ?? signed.subject,
    client: signed.client ?? told.client,
    scopes: saysScope ? told.scopes : signed.scopes,
    audience: signed.audience,
    expiresAt: earlier(signed.expiresAt, told.expiresAt),
    confirmation: mergeConfirmations(signed.confirmation, told.confirmation),
    claims: mergeClaims(jwt, answer, saysScope)
  }, {
    validFrom: Math.max(jwt.validFrom, answer.validFrom),
    validUntil: Math.min(jwt.validUntil, answer.validUntil),
    issuedAt: jwt.issuedAt ?? answer.issuedAt,
    authTime: jwt.authTime ?? answer.authTime,
    acr: jwt.acr ?? answer.acr
  });
}
var earlier = (a, b) => a === void 0 || b !== void 0 && b < a ? b : a;
var mergeConfirmations = (signed, told) => signed === void 0 ? told : told === void 0 ? signed : { ...told, ...signed };
function mergeClaims(jwt, answer, saysScope) {
  const signed = jwt.principal.claims;
  const told = answer.principal.claims;
  const merged = new Map([...Object.entries(told), ...Object.entries(signed)]);
  const take2 = (name) => {
    const value = claimOf(told, name);
    if (value === void 0)
      merged.delete(name);
    else
      merged.set(name, value);
  };
  if (saysScope)
    for (const name of ["scope", "scp"])
      take2(name);
  if (answer.principal.subject !== void 0)
    take2("sub");
  const expiry = earlier(jwt.principal.expiresAt, answer.principal.expiresAt);
  if (expiry !== void 0)
    merged.set("exp", expiry);
  const confirmation = mergeConfirmations(jwt.principal.confirmation, answer.principal.confirmation);
  if (confirmation !== void 0)
    merged.set("cnf", confirmation);
  return Object.fromEntries(merged);
}

// ../../packages/verifier/dist/token/profile.js
var AT_JWT_CLAIMS = ["exp", "aud", "sub", "client_id", "iat", "jti"];
var ISSUED_AHEAD = 60;
function profileJwt(config, claims) {
  for (const name of config.typ === "at+jwt" ? AT_JWT_CLAIMS : ["exp"]) {
    if (claimOf(claims, name) === void 0)
      return no2(config, "claim_missing", `the token has no ${name}`);
  }
  const expiry = readTime(claims, "exp");
  const notBefore = readTime(claims, "nbf");
  const issuedAt = readTime(claims, "iat");
  const confirmation = readConfirmation(claims);
  if (expiry === "malformed" || expiry === void 0)
    return malformed3(config, "exp");
  if (notBefore === "malformed")
    return malformed3(config, "nbf");
  if (issuedAt === "malformed")
    return malformed3(config, "iat");
  if (confirmation === "malformed")
    return malformed3(config, "cnf");
  const earliestIssue = (issuedAt ?? -Infinity) - Math.max(ISSUED_AHEAD, config.clockTolerance);
  return seal(config, claims, {
    source: "jwt",
    expiry,
    validUntil: expiry + config.clockTolerance,
    validFrom: Math.max(earliestIssue, (notBefore ?? -Infinity) - config.clockTolerance),
    issuedAt,
    authTime: readOptionalTime(claims, "auth_time", false),
    confirmation
  });
}
function profileAnswer(config, answer) {
  const issuer = claimOf(answer, "iss");
  const blank = typeof issuer === "string" && issuer.trim() === "";
  if (issuer !== void 0 && !blank && issuer !== config.issuer) {
    return no2(config, "issuer_unknown", "the answer names another issuer than the one asked");
  }
  if (isRefreshToken(config, answer))
    return no2(config, "token_type_mismatch", "the answer describes a refresh token");
  const told = readTime(answer, "exp", true);
  const notBefore = readTime(answer, "nbf", true);
  const confirmation = readConfirmation(answer);
  if (told === "malformed")
    return malformed3(config, "exp");
  if (notBefore === "malformed")
    return malformed3(config, "nbf");
  if (confirmation === "malformed")
    return malformed3(config, "cnf");
  const expiry = told === 0 && config.introspection?.zeroExpMeansNone === true ? void 0 : told;
  return seal(config, answer, {
    source: "introspection",
    expiry,
    validUntil: expiry ?? Infinity,
    validFrom: (notBefore ?? -Infinity) - config.clockTolerance,
    issuedAt: readOptionalTime(answer, "iat", true),
    authTime: readOptionalTime(answer, "auth_time", true),
    confirmation
  });
}
function isRefreshToken(config, answer) {
  const type = textOf(answer, "token_type");
  if (type === void 0)
    return config.introspection?.tokenType === "present";
  return type.toLowerCase() === "refresh_token";
}
function seal(config, claims, reading) {
  const { source, expiry, confirmation, validFrom, validUntil, issuedAt, authTime } = reading;
  return sealFacts({
    source,
    issuerName: config.name,
    issuer: config.issuer,
    subject: textOf(claims, "sub"),
    client: readClient(claims),
    scopes: readScopes(claims, config.scopeSeparator) ?? [],
    audience: readAudience(claims),
    expiresAt: expiry,
    confirmation,
    claims
  }, { validFrom, validUntil, issuedAt, authTime, acr: textOf(claims, "acr") });
}
var malformed3 = (config, claim) => no2(config, "token_malformed", `the ${claim} of the token can not be read`);
var no2 = (config, code, cause) => refuse({ code, issuer: config.name, cause });

// ../../packages/verifier/dist/token/jwt.js
var ACCESS_TOKEN_TYPES = {
  "at+jwt": /* @__PURE__ */ new Set(["at+jwt", "application/at+jwt"]),
  any: /* @__PURE__ */ new Set(["at+jwt", "application/at+jwt", "jwt", void 0])
};
var LOGOUT_EVENT = "http://schemas.openid.net/event/backchannel-logout";
function judgeUnproven(config, jwt, now) {
  const issuer = config.name;
  if (!isAllowed(config, jwt.alg))
    return refuse({ code: "algorithm_not_allowed", issuer });
  if (!ACCESS_TOKEN_TYPES[config.typ].has(jwt.typ?.toLowerCase()) || isAnotherToken(jwt.claims)) {
    return refuse({ code: "token_type_mismatch", issuer });
  }
  const facts = profileJwt(config, jwt.claims);
  if (!facts.ok)
    return facts;
  if (now >= facts.value.validUntil)
    return refuse({ code: "token_expired", issuer });
  if (now < facts.value.validFrom)
    return refuse({ code: "token_not_yet_valid", issuer });
  return facts;
}
var isAllowed = ({ algorithms }, alg) => algorithms.has(alg);
function isAnotherToken(claims) {
  if (claims.token_use === "id")
    return true;
  const events = claims.events;
  return isJsonObject(events) && LOGOUT_EVENT in events;
}
var FAULTS = /* @__PURE__ */ new Map([
  [errors_exports.JWSSignatureVerificationFailed.code, "signature_invalid"],
  [errors_exports.JWSInvalid.code, "token_malformed"]
]);
async function verifySignature2(config, token, alg, keys) {
  let code = "signature_invalid";
  for (const candidate of keys) {
    try {
      await compactVerify(token, candidate.key, { algorithms: [alg] });
      return accept(candidate);
    } catch (error) {
      const fault = error instanceof errors_exports.JOSEError ? FAULTS.get(error.code) : void 0;
      if (fault === void 0)
        throw error;
      code = fault;
    }
  }
  return refuse({ code, issuer: config.name });
}

// ../../packages/verifier/dist/token/signed-answer.js
var SIGNED_ANSWER = "application/token-introspection+jwt";
var TYPES = /* @__PURE__ */ new Set(["token-introspection+jwt", SIGNED_ANSWER]);
var SLACK = 60;
async function processSignedIntrospection(config, settings, asked, askedAt, keys) {
  const unsigned = judgeUnsigned(settings, asked);
  if (unsigned !== void 0 || !asked.ok)
    return unsigned ?? broken2("answered with nothing");
  const token = await decrypt2(settings, asked.body.trim());
  if (token === void 0)
    return broken2("answered with nothing that our key decrypts");
  const read = classify(token);
  if (read.shape !== "jwt")
    return broken2("answered with no signed JWT");
  const { jwt } = read;
  const misfit = findMisfit(config, settings, jwt, askedAt);
  if (misfit !== void 0)
    return broken2(misfit);
  const answer = claimOf(jwt.claims, "token_introspection");
  if (!isJsonObject(answer))
    return broken2("answered without token_introspection");
  const forged = await findForgery(config, jwt, token, keys);
  return forged === void 0 ? judgeSigned(settings, answer) : broken2(forged);
}
async function decrypt2({ decryption }, body) {
  if (decryption === void 0)
    return body;
  try {
    const { plaintext } = await compactDecrypt(body, decryption.key, {
      keyManagementAlgorithms: [decryption.alg],
      contentEncryptionAlgorithms: [decryption.enc]
    });
    return new TextDecoder("utf-8", { fatal: true }).decode(plaintext);
  } catch (error) {
    if (error instanceof errors_exports.JOSEError || error instanceof TypeError)
      return void 0;
    throw error;
  }
}
function findMisfit(config, settings, jwt, askedAt) {
  if (!config.algorithms.has(jwt.alg))
    return "signed with an algorithm that is not allowed";
  if (!TYPES.has(jwt.typ?.toLowerCase()))
    return "answered with a JWT of another type";
  if (jwt.claims.iss !== config.issuer)
    return "answered in the name of another issuer";
  if (!readAudience(jwt.claims).includes(settings.answerAudience ?? ""))
    return "answered somebody else";
  return isTimely(jwt.claims, askedAt, Math.max(SLACK, config.clockTolerance)) ? void 0 : "answered at another time";
}
function isTimely(claims, askedAt, slack) {
  const issuedAt = readTime(claims, "iat");
  const expiry = readTime(claims, "exp");
  if (typeof issuedAt !== "number" || Math.abs(issuedAt - askedAt) > slack)
    return false;
  return expiry === void 0 || typeof expiry === "number" && askedAt < expiry + slack;
}
async function findForgery(config, jwt, token, keys) {
  const found = await keys.find(jwt);
  if (!found.ok)
    return found.rejection.code === "key_unknown" ? "signed with an unknown key" : "signed, with keys that can not be had";
  const verified = await verifySignature2(config, token, jwt.alg, found.value);
  return verified.ok ? void 0 : "signed with another key than its own";
}
var broken2 = (why) => ({ kind: "broken", why });

// ../../packages/verifier/dist/token/question.js
var MAX_ANSWER2 = 65536;
var FORM = { "content-type": "application/x-www-form-urlencoded" };
var ACCEPT = {
  json: "application/json",
  jwt: SIGNED_ANSWER
};
function requestIntrospection(settings, { endpoint, token, proof, tls }, ports) {
  const inQuery = settings.method === "GET" || settings.tokenIn === "query";
  const url = new URL(endpoint);
  const body = new URLSearchParams();
  const describeToken = inQuery ? url.searchParams : body;
  describeToken.set(settings.tokenParam, token);
  if (settings.hint)
    describeToken.set("token_type_hint", "access_token");
  const describeClient = settings.method === "GET" ? url.searchParams : body;
  for (const [name, value] of Object.entries(proof.parameters))
    describeClient.set(name, value);
  const material = proof.tls === void 0 ? tls : { ...tls, ...proof.tls };
  return ask(ports, {
    url: url.href,
    method: settings.method,
    headers: { accept: ACCEPT[settings.accept], ...proof.headers, ...settings.method === "POST" ? FORM : {} },
    ...settings.method === "POST" ? { body: body.toString() } : {},
    ...material === void 0 ? {} : { tls: material },
    timeout: settings.timeout,
    maxBytes: MAX_ANSWER2
  });
}

// ../../packages/verifier/dist/token/turnstile.js
var Turnstile = class {
  #most;
  #queue = [];
  #inside = 0;
  /** As many may wait as may be inside, so that nobody waits longer than one of those inside may take. */
  constructor(most) {
    this.#most = most;
  }
  /** Runs `work` when there is room; `turnedAway` says what to answer when there is none, not even to wait. */
  async pass(work, turnedAway) {
    if (this.#inside >= this.#most) {
      if (this.#queue.length >= this.#most)
        return turnedAway();
      await new Promise((enter) => this.#queue.push(enter));
    } else {
      this.#inside++;
    }
    try {
      return await work();
    } finally {
      const next = this.#queue.shift();
      if (next === void 0)
        this.#inside--;
      else
        next();
    }
  }
};

// ../../packages/verifier/dist/token/introspection.js
var CREDENTIALS_REFUSED = "the introspection endpoint refused our own credentials";
var RETRY_AFTER2 = 1;
function createIntrospector(config, access, ports, health = { ready: () => void 0, down: () => void 0 }) {
  const settings = config.introspection;
  if (settings === void 0)
    throw new TypeError(`issuers.${config.name}.introspection: is not configured`);
  return new RememberingIntrospector(config, settings, access, ports, health);
}
var RememberingIntrospector = class {
  #config;
  #settings;
  #access;
  #ports;
  #health;
  #prover;
  #turnstile;
  #active;
  #denied;
  #flights = /* @__PURE__ */ new Map();
  #breaker = new Breaker();
  constructor(config, settings, access, ports, health) {
    const { client, timeout, maxInFlight, entries } = settings;
    const { name, tls } = config;
    this.#config = config;
    this.#settings = settings;
    this.#access = access;
    this.#ports = ports;
    this.#health = health;
    this.#prover = createProver({ name, client, tls, timeout, tokenEndpoint: access.tokenEndpoint }, ports);
    this.#turnstile = new Turnstile(maxInFlight);
    this.#active = new FactsCache(entries);
    this.#denied = new FactsCache(entries);
  }
  introspect(token, digest2) {
    const now = this.#ports.now();
    const known = this.#active.get(digest2, now);
    if (known !== void 0 && now < known.freshUntil)
      return known.outcome;
    const denied = this.#denied.get(digest2, now);
    if (denied !== void 0)
      return denied;
    const flying = this.#flights.get(digest2);
    if (flying !== void 0)
      return flying;
    const flight = this.#takeTurn(token, digest2).finally(() => this.#flights.delete(digest2));
    this.#flights.set(digest2, flight);
    return flight;
  }
  #takeTurn(token, digest2) {
    const { name } = this.#config;
    return this.#turnstile.pass(() => this.#ask(token, digest2), () => this.#orStale(digest2, unavailable(name, "too many questions to the issuer are under way")));
  }
  async #ask(token, digest2) {
    const resting = this.#breaker.check(this.#ports.now());
    if (resting !== void 0)
      return this.#orStale(digest2, resting);
    const address = await this.#access.endpoint();
    if (!address.ok)
      return this.#orStale(digest2, address);
    const proof = await this.#prover.prove();
    if (!proof.ok)
      return this.#orStale(digest2, this.#report(proof));
    const first = await this.#inquire(address.value, token, proof.value);
    if (first.verdict.kind !== "refused" || !this.#prover.renew(proof.value))
      return this.#settle(digest2, first);
    const renewed = await this.#prover.prove();
    if (!renewed.ok)
      return this.#orStale(digest2, this.#report(renewed));
    return this.#settle(digest2, await this.#inquire(address.value, token, renewed.value));
  }
  async #inquire(endpoint, token, proof) {
    const askedAt = this.#ports.now();
    const question = { endpoint, token, proof, tls: this.#config.tls };
    const asked = await requestIntrospection(this.#settings, question, this.#ports);
    const verdict = this.#settings.accept === "jwt" ? await processSignedIntrospection(this.#config, this.#settings, asked, askedAt, this.#access.keys) : processIntrospection(this.#settings, asked);
    return { askedAt, verdict };
  }
  #settle(digest2, { askedAt, verdict }) {
    switch (verdict.kind) {
      case "broken":
        return this.#orStale(digest2, this.#fail(`the introspection endpoint ${verdict.why}`));
      case "refused":
        return this.#orStale(digest2, this.#fail(CREDENTIALS_REFUSED));
      case "inactive":
        this.#succeed();
        return this.#deny(digest2, askedAt, refuse({ code: "token_inactive", issuer: this.#config.name }));
      case "active": {
        this.#succeed();
        const facts = profileAnswer(this.#config, verdict.answer);
        return facts.ok ? this.#remember(digest2, askedAt, facts) : this.#deny(digest2, askedAt, facts);
      }
    }
  }
  #remember(digest2, askedAt, outcome) {
    const freshUntil = askedAt + this.#settings.ttl;
    const until = Math.min(freshUntil + this.#settings.serveStale, outcome.value.validUntil);
    if (until > askedAt)
      this.#active.set(digest2, { outcome, freshUntil }, until);
    return outcome;
  }
  #deny(digest2, askedAt, outcome) {
    this.#active.delete(digest2);
    if (this.#settings.negativeTtl > 0)
      this.#denied.set(digest2, outcome, askedAt + this.#settings.negativeTtl);
    return outcome;
  }
  /** Stale answers bridge outages, not our own mistakes. */
  #orStale(digest2, refusal) {
    if (refusal.rejection.cause === CREDENTIALS_REFUSED)
      return refusal;
    return this.#active.get(digest2, this.#ports.now())?.outcome ?? refusal;
  }
  #succeed() {
    this.#breaker.succeeded();
    this.#health.ready();
  }
  #fail(cause) {
    return this.#report(unavailable(this.#config.name, cause));
  }
  #report(refusal) {
    this.#breaker.failed(refusal);
    this.#health.down(refusal.rejection.cause ?? "the issuer could not be asked");
    return refusal;
  }
};
var unavailable = (issuer, cause) => refuse({ code: "issuer_unavailable", issuer, cause, detail: { retryAfter: RETRY_AFTER2 } });

// ../../packages/verifier/dist/verifier.js
var MAX_VERDICTS = 2e4;
function createVerifier(options, ports = {}) {
  return new Pipeline(parseOptions(options), completePorts(ports));
}
var Pipeline = class {
  #ports;
  #maxTokenBytes;
  #members;
  #configured;
  #registries = /* @__PURE__ */ new WeakMap();
  #verdicts = new FactsCache(MAX_VERDICTS);
  #flights = /* @__PURE__ */ new Map();
  #proofs;
  constructor({ configs, maxTokenBytes, publicUrl }, ports) {
    this.#ports = ports;
    this.#proofs = publicUrl === void 0 ? void 0 : new ProofJudge(ports, publicUrl);
    this.#maxTokenBytes = maxTokenBytes;
    this.#configured = new Registry(configs);
    this.#members = new Map(configs.map((config) => [config, createMember(config, ports)]));
  }
  policy(options, path = "auth") {
    const byName = new Map(this.#configured.configs.map((config) => [config.name, config]));
    const policy = compilePolicy(options, byName, path);
    if (policy.proof === "dpop" && this.#proofs === void 0)
      throw new ConfigurationError([needsPublicUrl(path)]);
    const allowed = policy.issuers.map((name) => byName.get(name)).filter((config) => config !== void 0);
    this.#registries.set(policy, new Registry(allowed));
    return policy;
  }
  challenge(rejection, policy, resourceMetadata) {
    const scopes2 = policy.scopes.length > 0 ? policy.scopes : policy.anyScope;
    const wantsProof = policy.proof === "dpop" || policy.proof === "any" && rejection.code.startsWith("proof_");
    return describeChallenge(rejection, {
      scopes: scopes2,
      ...wantsProof ? { scheme: "DPoP", algorithms: DPOP_ALGORITHMS } : {},
      ...resourceMetadata === void 0 ? {} : { resourceMetadata }
    });
  }
  status() {
    return [...this.#members.values()].map(({ health }) => health.read());
  }
  authenticate(inbound, policy) {
    const credential = observe(this.#ports, "extract", void 0, () => extract(inbound.rawHeaders, this.#maxTokenBytes));
    if (!credential.ok)
      return credential;
    const facts = this.#establish(credential.value.token, this.#registryOf(policy));
    return facts instanceof Promise ? facts.then((known) => this.#judge(known, credential.value, inbound, policy)) : this.#judge(facts, credential.value, inbound, policy);
  }
  #judge(facts, credential, inbound, policy) {
    if (!facts.ok)
      return facts;
    const { issuerName } = facts.value.principal;
    const proven = observe(this.#ports, "possession", issuerName, () => verifyPossession(facts.value, { ...credential, inbound }, this.#proofs));
    return proven instanceof Promise ? proven.then((known) => this.#authorize(facts.value, known, policy)) : this.#authorize(facts.value, proven, policy);
  }
  #authorize(facts, proven, policy) {
    if (!proven.ok)
      return proven;
    const { issuerName } = facts.principal;
    const now = this.#ports.now();
    return observe(this.#ports, "authorize", issuerName, () => authorize(facts, policy, now, proven.value));
  }
  /** The facts of a token: remembered, verified here, told by its issuer, or both. */
  #establish(token, registry) {
    const [first, second] = registry.configs;
    if (first !== void 0 && second === void 0 && isOpaque(first))
      return this.#ask(token, this.#memberOf(first));
    const digest2 = digestToken(registry.digest, token);
    const now = this.#ports.now();
    const verdict = this.#verdicts.get(digest2, now);
    if (verdict?.member.keys.vouches(verdict.key, now))
      return this.#confirm(token, verdict);
    const flight = this.#flights.get(digest2);
    if (flight !== void 0)
      return flight.then((known) => known.ok ? this.#confirm(token, known.value) : known);
    return this.#establishAnew(token, digest2, registry);
  }
  #establishAnew(token, digest2, registry) {
    const shape = classify(token);
    if (shape.shape === "opaque")
      return this.#askThose(token, registry, (config) => config.tokens !== "jwt", MALFORMED);
    if (shape.shape === "malformed") {
      return this.#askThose(token, registry, isOpaque, refuse({ code: "token_malformed", cause: shape.cause }));
    }
    const issuer = observe(this.#ports, "resolve", void 0, () => registry.resolve(shape.jwt.claims));
    if (!issuer.ok) {
      if (this.#configured.resolve(shape.jwt.claims).ok)
        return issuer;
      return this.#askThose(token, registry, isOpaque, issuer);
    }
    const member = this.#memberOf(issuer.value);
    return isOpaque(issuer.value) ? this.#ask(token, member) : this.#verifyOnce(token, digest2, shape.jwt, member);
  }
  /** Parallel requests with one token that nobody has seen share one verification. */
  async #verifyOnce(token, digest2, jwt, member) {
    const flight = observe(this.#ports, "verify", member.config.name, () => this.#verify(token, jwt, member));
    this.#flights.set(digest2, flight);
    const verdict = await flight.finally(() => this.#flights.delete(digest2));
    if (!verdict.ok)
      return verdict;
    this.#verdicts.set(digest2, verdict.value, verdict.value.facts.value.validUntil);
    return this.#confirm(token, verdict.value);
  }
  async #verify(token, jwt, member) {
    const facts = judgeUnproven(member.config, jwt, this.#ports.now());
    if (!facts.ok)
      return facts;
    const keys = await member.keys.find(jwt);
    if (!keys.ok)
      return keys;
    const key = await verifySignature2(member.config, token, jwt.alg, keys.value);
    return key.ok ? accept({ member, facts, key: key.value }) : key;
  }
  /** `tokens: both`: the issuer is asked on every request, which its own memory of answers makes cheap. */
  #confirm(token, verdict) {
    if (verdict.member.config.tokens !== "both")
      return verdict.facts;
    const answer = this.#ask(token, verdict.member);
    return answer instanceof Promise ? answer.then((told) => mergeAnswer(verdict, told)) : mergeAnswer(verdict, answer);
  }
  /** Puts the token to the issuers of the route for which `isAsked` holds; `otherwise` is the answer where there is none. */
  #askThose(token, registry, isAsked, otherwise) {
    const asked = registry.configs.filter(isAsked);
    return askInTurn(asked.map((config) => () => this.#ask(token, this.#memberOf(config))), otherwise);
  }
  #ask(token, { config, introspector }) {
    if (introspector === void 0)
      return MALFORMED;
    return observe(this.#ports, "introspect", config.name, () => introspector.introspect(token, digestToken(config.digest, token)));
  }
  #memberOf(config) {
    const member = this.#members.get(config);
    if (member === void 0)
      throw new TypeError("The issuer is not one of this verifier");
    return member;
  }
  #registryOf(policy) {
    const registry = this.#registries.get(policy);
    if (registry === void 0)
      throw new TypeError("The policy was not compiled by this verifier");
    return registry;
  }
};
var MALFORMED = refuse({ code: "token_malformed", cause: "The token is not a JWT" });
var needsPublicUrl = (path) => ({
  path: memberPath(path, "proof"),
  message: "needs the public URL of the gateway, which proofs name",
  allowed: "any, mtls, or dpop with publicUrl"
});
var isOpaque = (config) => config.tokens === "opaque";
function createMember(config, ports) {
  const authority = createAuthority(config, ports);
  const { introspectionEndpoint: endpoint, tokenEndpoint, keys, health } = authority;
  const introspector = config.introspection === void 0 ? void 0 : createIntrospector(config, { endpoint, tokenEndpoint, keys }, ports, health);
  return { ...authority, introspector };
}
function mergeAnswer(verdict, answer) {
  if (!answer.ok)
    return answer;
  if (verdict.confirmed?.answer !== answer.value) {
    verdict.confirmed = { answer: answer.value, merged: accept(mergeFacts(verdict.facts.value, answer.value)) };
  }
  return verdict.confirmed.merged;
}

// ../../packages/fastify-gateway/dist/addresses.js
import { BlockList, isIP } from "node:net";
function checkAddresses(options, at) {
  const problems = [];
  const { publicUrl, trustedProxies } = options;
  if (typeof publicUrl === "string" && URL.canParse(publicUrl) && !isOrigin(publicUrl)) {
    problems.push({ path: at("publicUrl"), message: "is more than an origin", allowed: "scheme, host and port" });
  }
  if (Array.isArray(trustedProxies)) {
    trustedProxies.forEach((range, index) => {
      if (typeof range !== "string" || isRange(range))
        return;
      const allowed = "such as 10.0.0.0/8, ::1 or 192.0.2.7";
      problems.push({ path: at(`trustedProxies[${index}]`), message: "is no IP address or CIDR", allowed });
    });
  }
  return problems;
}
var isOrigin = (text4) => {
  const { username, password, pathname, search, hash: hash3 } = new URL(text4);
  return username === "" && password === "" && pathname === "/" && search === "" && hash3 === "";
};
function isRange(range) {
  const [address = "", bits, ...rest] = range.split("/");
  const family = isIP(address);
  if (family === 0 || rest.length > 0)
    return false;
  return bits === void 0 || /^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128);
}
function compileRanges(ranges) {
  if (ranges.length === 0)
    return () => false;
  const list = new BlockList();
  for (const range of ranges) {
    const [address = "", bits] = range.split("/");
    const family = isIP(address) === 4 ? "ipv4" : "ipv6";
    list.addSubnet(address, bits === void 0 ? family === "ipv4" ? 32 : 128 : Number(bits), family);
  }
  return (address) => list.check(address, isIP(address) === 6 ? "ipv6" : "ipv4");
}
var plainAddress = (address) => address === void 0 ? "unknown" : address.startsWith("::ffff:") ? address.slice(7) : address;

// ../../packages/fastify-gateway/dist/check-routes.js
import { METHODS as METHODS3 } from "node:http";

// ../../packages/fastify-gateway/dist/routes.js
var isWildcard = (path) => path.endsWith("/*");
var literalOf = (path) => isWildcard(path) ? path.slice(0, -1) : path;
function covers(outer, inner) {
  if (!isWildcard(outer))
    return outer === inner;
  const literal = literalOf(outer);
  return literalOf(inner).startsWith(literal) || inner === literal.slice(0, -1);
}
function compileRoutes(routes) {
  const exact = /* @__PURE__ */ new Map();
  const wildcards = /* @__PURE__ */ new Map();
  for (const route2 of routes) {
    add(isWildcard(route2.path) ? wildcards : exact, literalOf(route2.path), route2);
  }
  const longest = Math.max(0, ...[...wildcards.keys()].map((literal) => literal.length));
  function find(key, authority) {
    const found = pick(exact.get(key), authority);
    if (found !== void 0)
      return found;
    let end = Math.min(key.length, longest);
    if (key.length < longest) {
      const whole3 = pick(wildcards.get(`${key}/`), authority);
      if (whole3 !== void 0)
        return whole3;
    }
    while (end > 0) {
      end = key.lastIndexOf("/", end - 1);
      if (end === -1)
        return void 0;
      const below = pick(wildcards.get(key.slice(0, end + 1)), authority);
      if (below !== void 0)
        return below;
    }
    return void 0;
  }
  return { find };
}
function add(map, literal, route2) {
  const resources = map.get(literal) ?? [];
  const index = resources.findIndex(({ host }) => host === route2.host);
  const same = resources[index];
  const grown = { path: route2.path, host: route2.host, routes: [...same?.routes ?? [], route2] };
  if (same === void 0)
    resources.push(grown);
  else
    resources[index] = grown;
  resources.sort((a, b) => rankOfHost(a.host) - rankOfHost(b.host));
  map.set(literal, resources);
}
var rankOfHost = (host) => host === void 0 ? 2 : hasPort(host) ? 0 : 1;
var hasPort = (authority) => /:\d+$/.test(authority);
function pick(resources, authority) {
  return resources?.find(({ host }) => host === void 0 || isHost(host, authority));
}
function isHost(host, authority) {
  if (hasPort(host))
    return host === authority;
  const name = authority.replace(/:\d+$/, "").replace(/\.$/, "");
  return host === name;
}
function routeFor(resource, method) {
  const written = resource.routes.find((route2) => serves(route2, method));
  if (written !== void 0 || method !== "HEAD")
    return written;
  return resource.routes.find((route2) => serves(route2, "GET"));
}
var serves = ({ methods }, method) => methods === void 0 ? method !== "TRACE" : methods.has(method);
function allowedMethods(routes, known) {
  const methods = /* @__PURE__ */ new Set();
  for (const route2 of routes) {
    for (const method of route2.methods ?? known.filter((name) => name !== "TRACE")) {
      methods.add(method);
      if (method === "GET")
        methods.add("HEAD");
    }
  }
  return [...methods].join(", ");
}

// ../../packages/fastify-gateway/dist/check-overlaps.js
function checkOverlaps(routes, path) {
  const placed = routes.flatMap((route2, index) => place(route2, memberPath(path, index)));
  return [...findDuplicates(placed), ...findOpenings(placed)];
}
function place(route2, at) {
  if (typeof route2 !== "object" || route2 === null)
    return [];
  const { path, host, methods, auth, opensProtected } = route2;
  if (typeof path !== "string")
    return [];
  return [
    {
      at,
      path,
      host: typeof host === "string" ? host.toLowerCase() : void 0,
      methods: Array.isArray(methods) ? methods.map(String) : void 0,
      isPublic: auth === "public",
      opens: opensProtected === true
    }
  ];
}
function findDuplicates(placed) {
  return placed.flatMap((route2, index) => {
    const twin = placed.slice(0, index).find((other) => isSamePlace(other, route2) && shareMethods(other, route2));
    if (twin === void 0)
      return [];
    return [
      {
        path: `${route2.at}.path`,
        message: `is the path of ${twin.at}, for the same host and method`,
        allowed: "one of the two"
      }
    ];
  });
}
var isSamePlace = (one, other) => one.path === other.path && one.host === other.host;
function shareMethods(one, other) {
  if (one.methods === void 0 || other.methods === void 0)
    return true;
  const others = new Set(withHead(other.methods));
  return withHead(one.methods).some((method) => others.has(method));
}
var withHead = (methods) => methods.includes("GET") ? [...methods, "HEAD"] : methods;
function findOpenings(placed) {
  return placed.flatMap((route2) => {
    if (!route2.isPublic) {
      if (!route2.opens)
        return [];
      return [
        { path: `${route2.at}.opensProtected`, message: "is for public routes", allowed: "only with auth: public" }
      ];
    }
    if (route2.opens)
      return [];
    const around = placed.filter((other) => !isSamePlace(other, route2) && isAround(other, route2) && shareMethods(other, route2)).sort((a, b) => rank(b) - rank(a));
    const nearest2 = around[0];
    if (nearest2 === void 0 || nearest2.isPublic)
      return [];
    const allowed = `a token asked for, or opensProtected: true`;
    return [
      { path: `${route2.at}.auth`, message: `is public inside the protected ${nearest2.at} (${nearest2.path})`, allowed }
    ];
  });
}
var isAround = (outer, inner) => covers(outer.path, inner.path) && (outer.host === void 0 || inner.host === void 0 || outer.host === inner.host);
var rank = ({ path, host }) => literalOf(path).length * 4 + (isWildcard(path) ? 0 : 2) + (host === void 0 ? 0 : 1);

// ../../packages/fastify-gateway/dist/headers.js
var foldName = (name) => name.toLowerCase().replace(/[^a-z0-9]/g, "");
var RESERVED_PREFIX = "xgatehouse";
var HOP_BY_HOP = /* @__PURE__ */ new Set([
  "connection",
  "keep-alive",
  "proxy-connection",
  "proxy-authorization",
  "te",
  "transfer-encoding",
  "upgrade",
  "http2-settings"
]);
var OWN = /* @__PURE__ */ new Set(["host", "content-length", "expect", "trailer"]);
var isForwarding = (folded) => folded === "forwarded" || folded.startsWith("xforwarded") || folded === "xrealip";
var REMEMBERED = 512;
function createSieve(asserted) {
  const own = new Set([...asserted].map(foldName));
  const known = /* @__PURE__ */ new Map();
  const judge = (name) => {
    const lower = name.toLowerCase();
    if (lower === "connection")
      return "connection";
    if (HOP_BY_HOP.has(lower) || OWN.has(lower))
      return "drop";
    const folded = foldName(name);
    if (own.has(folded) || folded.startsWith(RESERVED_PREFIX))
      return "drop";
    if (isForwarding(folded))
      return "forwarding";
    if (folded === "authorization" || folded === "dpop")
      return lower === folded ? "credential" : "drop";
    return "keep";
  };
  return {
    fateOf(name) {
      const remembered = known.get(name);
      if (remembered !== void 0)
        return remembered;
      const fate = judge(name);
      if (known.size < REMEMBERED && name.length <= 64)
        known.set(name, fate);
      return fate;
    }
  };
}
function shapeRequestHeaders(sieve, rawHeaders, sender, keepsCredentials, asserted) {
  const shaped = [];
  const named2 = namesInConnection(rawHeaders);
  let chain = "";
  let forwarded = "";
  let saidProto = false;
  let saidHost = false;
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? "";
    const value = rawHeaders[index + 1] ?? "";
    const fate = sieve.fateOf(name);
    if (fate === "drop" || fate === "connection" || named2?.has(name.toLowerCase()))
      continue;
    if (fate === "credential" && !keepsCredentials)
      continue;
    if (fate === "forwarding") {
      if (!sender.isTrusted)
        continue;
      const lower = name.toLowerCase();
      if (lower === "x-forwarded-for") {
        chain += `${value}, `;
        continue;
      }
      if (lower === "forwarded") {
        forwarded += `${value}, `;
        continue;
      }
      saidProto ||= lower === "x-forwarded-proto";
      saidHost ||= lower === "x-forwarded-host";
    }
    shaped.push(name, value);
  }
  shaped.push("x-forwarded-for", chain + sender.address);
  if (!saidProto)
    shaped.push("x-forwarded-proto", sender.scheme);
  if (!saidHost)
    shaped.push("x-forwarded-host", sender.authority);
  shaped.push("forwarded", forwarded + forwardedElement(sender));
  for (const field of asserted)
    shaped.push(field);
  return shaped;
}
function forwardedElement({ address, scheme, authority }) {
  const node = address.includes(":") ? `"[${address}]"` : address;
  return `for=${node};host="${authority}";proto=${scheme}`;
}
function namesInConnection(rawHeaders) {
  let names;
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? "";
    if (name.length !== 10 || name.toLowerCase() !== "connection")
      continue;
    for (const part of (rawHeaders[index + 1] ?? "").split(",")) {
      const option = part.trim().toLowerCase();
      if (option === "" || option === "keep-alive" || option === "close")
        continue;
      names ??= /* @__PURE__ */ new Set();
      names.add(option);
    }
  }
  return names;
}
function shapeResponseHeaders(rawHeaders, status, ownsCors) {
  const shaped = [];
  const named2 = namesInConnection(rawHeaders);
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? "";
    const lower = name.toLowerCase();
    if (HOP_BY_HOP.has(lower) || named2?.has(lower))
      continue;
    if (ownsCors && lower.startsWith("access-control-"))
      continue;
    if (lower === "content-length" && status === 204 || lower === "trailer")
      continue;
    shaped.push(name, rawHeaders[index + 1] ?? "");
  }
  return shaped;
}
function shapeTrailers(rawTrailers) {
  const pairs = [];
  for (let index = 0; index + 1 < rawTrailers.length; index += 2) {
    const name = rawTrailers[index] ?? "";
    const lower = name.toLowerCase();
    if (HOP_BY_HOP.has(lower) || OWN.has(lower) || lower.startsWith("access-control-"))
      continue;
    pairs.push([name, rawTrailers[index + 1] ?? ""]);
  }
  return pairs;
}

// ../../packages/fastify-gateway/dist/identity.js
var IDENTITY_HEADERS = {
  subject: "x-gatehouse-subject",
  client: "x-gatehouse-client",
  scope: "x-gatehouse-scope",
  issuer: "x-gatehouse-issuer"
};
function compileSources(headers) {
  return Object.entries(headers).map(([header, source]) => ({ header, path: parseSource(source) }));
}
var parseSource = (source) => source.startsWith("/") ? source.slice(1).split("/").map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~")) : [source];
var isSource = (source) => source !== "" && !(source.startsWith("/") && /~(?![01])/.test(source));
var isMappable = (header) => /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(header) && !foldName(header).startsWith(RESERVED_PREFIX) && !UNMAPPABLE.has(foldName(header)) && foldName(header) !== "";
var UNMAPPABLE = new Set([
  "connection",
  "keep-alive",
  "proxy-connection",
  "proxy-authorization",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
  "host",
  "content-length",
  "content-type",
  "content-encoding",
  "expect",
  "cookie",
  "authorization",
  "dpop",
  "forwarded",
  "x-forwarded-for",
  "x-forwarded-proto",
  "x-forwarded-host"
].map(foldName));
function assertIdentity(principal, sources) {
  const asserted = [];
  const say = (name, value) => {
    if (value !== "")
      asserted.push(name, value);
  };
  say(IDENTITY_HEADERS.subject, encodeValue(principal.subject));
  say(IDENTITY_HEADERS.client, encodeValue(principal.client));
  say(IDENTITY_HEADERS.scope, encodeValue(principal.scopes.join(" ")));
  say(IDENTITY_HEADERS.issuer, encodeValue(principal.issuer));
  for (const { header, path } of sources)
    say(header, encodeValue(findClaim(principal.claims, path)));
  return asserted;
}
function findClaim(claims, path) {
  let value = claims;
  for (const part of path) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, part))
      return void 0;
    value = value[part];
  }
  return value;
}
function encodeValue(value) {
  if (value === void 0 || value === null)
    return "";
  if (typeof value === "string")
    return encodeText(value);
  if (Array.isArray(value)) {
    return value.map((member) => Array.isArray(member) ? encodeText(JSON.stringify(member)) : encodeValue(member)).filter((text4) => text4 !== "").map((text4) => text4.replaceAll(",", "%2C")).join(",");
  }
  return typeof value === "object" ? encodeText(JSON.stringify(value)) : String(value);
}
var SENDABLE = /^[\u0021-\u0024\u0026-\u007e](?:[\u0020-\u0024\u0026-\u007e]*[\u0021-\u0024\u0026-\u007e])?$/;
var UNSENDABLE = /[^\u0020-\u0024\u0026-\u007e]+|^ +| +$/g;
var encodeText = (text4) => SENDABLE.test(text4) ? text4 : text4.replace(UNSENDABLE, encodeOctets);
function encodeOctets(text4) {
  let encoded = "";
  for (const octet of Buffer.from(text4, "utf8"))
    encoded += `%${octet.toString(16).toUpperCase().padStart(2, "0")}`;
  return encoded;
}

// ../../packages/fastify-gateway/dist/target.js
var AMBIGUITIES = ["%2F", ";", "//"];
var NONE = [];
var PLAIN = /^(?:\/[\w~!$&'()*+,=:@-][\w.~!$&'()*+,=:@-]*)*\/?$/;
var UNSENDABLE2 = /[^\u0021-\u007e]|[#\\]/;
var UNSENDABLE_QUERY = /[\u0000-\u0020\u007f#]/;
var ENCODED = /%[0-9A-Fa-f]{2}/g;
var BAD_PERCENT = /%(?![0-9A-Fa-f]{2})/;
var FORBIDDEN = /%(?:[01][0-9A-F]|2E|5C|7F|25[0-9A-F]{2})/i;
var DOT_SEGMENT = /^\.{1,2}$/;
var UNRESERVED = /^[\w~-]$/;
function judgeTarget(raw) {
  const mark = raw.indexOf("?");
  const path = mark === -1 ? raw : raw.slice(0, mark);
  const query = mark === -1 ? "" : raw.slice(mark);
  if (query !== "" && UNSENDABLE_QUERY.test(query))
    return void 0;
  if (path.length > 0 && PLAIN.test(path))
    return { path, key: path, query, concerns: NONE, reading: path };
  return judgePath(path, query);
}
function judgePath(raw, query) {
  if (!raw.startsWith("/") || UNSENDABLE2.test(raw))
    return void 0;
  if (BAD_PERCENT.test(raw) || !isUtf82(raw))
    return void 0;
  const path = raw.replace(ENCODED, decodeUnreserved);
  if (FORBIDDEN.test(path))
    return void 0;
  const key = path.replace(ENCODED, (octet) => octet.toUpperCase());
  const parts2 = key.replaceAll("%2F", "/").split("/");
  const segments = parts2.map((part) => part.split(";", 1)[0] ?? "");
  if (segments.some((segment) => DOT_SEGMENT.test(segment)))
    return void 0;
  const concerns = [];
  if (key.includes("%2F"))
    concerns.push("%2F");
  if (key.includes(";"))
    concerns.push(";");
  if (parts2.slice(1, -1).includes(""))
    concerns.push("//");
  const reading = concerns.length === 0 ? key : segments.join("/").replace(/\/{2,}/g, "/");
  return { path, key, query, concerns, reading };
}
function decodeUnreserved(octet) {
  const character = String.fromCharCode(Number.parseInt(octet.slice(1), 16));
  return UNRESERVED.test(character) ? character : octet;
}
function isUtf82(path) {
  try {
    decodeURIComponent(path);
    return true;
  } catch {
    return false;
  }
}
var AUTHORITY = /^(?:[A-Za-z0-9](?:[A-Za-z0-9._-]{0,253})|\[[0-9A-Fa-f:.]{2,45}\])(?::\d{1,5})?$/;
function readAuthority(rawHeaders) {
  let authority;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index];
    if (name === void 0 || name.length !== 4 || name.toLowerCase() !== "host")
      continue;
    if (authority !== void 0)
      return void 0;
    authority = rawHeaders[index + 1] ?? "";
  }
  return authority !== void 0 && AUTHORITY.test(authority) ? authority.toLowerCase() : void 0;
}

// ../../packages/fastify-gateway/dist/check-routes.js
var isRecord = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
function checkRoutes(routes, issuers, upstreams, configs, path) {
  if (!Array.isArray(routes))
    return [];
  const known = new Map(configs);
  const first = [...configs.values()][0];
  if (isRecord(issuers) && first !== void 0) {
    for (const name of Object.keys(issuers))
      if (!known.has(name))
        known.set(name, first);
  }
  const canJudgeIssuers = !isRecord(issuers) || first !== void 0;
  const problems = routes.flatMap((route2, index) => {
    if (!isRecord(route2))
      return [];
    const at = memberPath(path, index);
    return [
      ...checkPath(route2, at),
      ...checkHost(route2.host, `${at}.host`),
      ...checkMethods(route2.methods, `${at}.methods`),
      ...checkUpstreamName(route2.upstream, upstreams, `${at}.upstream`),
      ...checkRewrite(route2, at),
      ...isRecord(route2.auth) && canJudgeIssuers ? checkPolicy(route2.auth, known, `${at}.auth`) : [],
      ...checkIdentity(route2, at),
      ...checkCors(route2.cors, `${at}.cors`)
    ];
  });
  return [...problems, ...checkOverlaps(routes, path)];
}
function checkPath({ path, target }, at) {
  if (typeof path !== "string" || path === "")
    return [];
  const problem = (message2, allowed2) => [{ path: `${at}.path`, message: message2, allowed: allowed2 }];
  if (!path.startsWith("/"))
    return problem("does not begin with a slash", "/orders or /orders/*");
  if (/\/:/.test(path))
    return problem("has a parameter", "an exact path, or a final /* for everything below");
  const literal = literalOf(path);
  if (literal.includes("*"))
    return problem("has a * that is not the last segment", "an exact path, or a final /*");
  const judged = judgeTarget(literal);
  if (judged === void 0 || judged.query !== "" || judged.key !== literal) {
    return problem("can be read in more than one way", "a canonical path without query, dot segments and needless encoding");
  }
  const allowed = isRecord(target) && Array.isArray(target.allow) ? target.allow : [];
  const concern = judged.concerns.find((each) => !allowed.includes(each));
  return concern === void 0 ? [] : problem(`has ${concern}, which this route does not allow`, "name it in target.allow");
}
var HOST = /^(?:[a-z0-9][a-z0-9._-]*|\[[0-9a-f:.]+\])(?::\d{1,5})?$/;
function checkHost(host, at) {
  if (typeof host !== "string" || host === "" || HOST.test(host.toLowerCase()))
    return [];
  return [
    { path: at, message: "is no host name", allowed: "a name such as api.example.com, with a port if it matters" }
  ];
}
function checkMethods(methods, at) {
  if (!Array.isArray(methods))
    return [];
  return methods.flatMap((method, index) => {
    if (typeof method !== "string" || method === "")
      return [];
    if (METHODS3.includes(method) && method !== "CONNECT")
      return [];
    const meant = nearest(method, METHODS3);
    const hint = meant === void 0 ? "" : `, did you mean ${meant}?`;
    return [
      { path: `${at}[${index}]`, message: `is no method that can be routed${hint}`, allowed: "such as GET or POST" }
    ];
  });
}
function checkUpstreamName(name, upstreams, at) {
  if (typeof name !== "string" || name === "" || !isRecord(upstreams) || Object.hasOwn(upstreams, name))
    return [];
  const known = Object.keys(upstreams);
  const meant = nearest(name, known);
  const hint = meant === void 0 ? "" : `, did you mean ${meant}?`;
  return [{ path: at, message: `is not a configured upstream${hint}`, allowed: `one of ${known.join(", ")}` }];
}
function checkRewrite({ path, rewrite }, at) {
  if (!isRecord(rewrite) || typeof path !== "string")
    return [];
  const problems = [];
  for (const member of ["stripPrefix", "addPrefix"]) {
    const prefix = rewrite[member];
    if (typeof prefix !== "string" || prefix === "")
      continue;
    const judged = judgeTarget(prefix);
    const isClean = judged?.key === prefix && judged.concerns.length === 0 && !prefix.endsWith("/");
    const where = `${at}.rewrite.${member}`;
    if (!isClean)
      problems.push({ path: where, message: "is no canonical path", allowed: "such as /v1, without a final slash" });
    else if (member === "stripPrefix" && literalOf(path) !== prefix && !literalOf(path).startsWith(`${prefix}/`)) {
      problems.push({ path: where, message: "does not begin the path", allowed: `leading segments of ${path}` });
    }
  }
  return problems;
}
function checkIdentity({ auth, identity }, at) {
  if (!isRecord(identity))
    return [];
  const problems = [];
  if (identity.token === "mint" || identity.token === "exchange") {
    problems.push({ path: `${at}.identity.token`, message: "is not supported yet", allowed: "strip or forward" });
  }
  const headers = identity.headers;
  if (!isRecord(headers))
    return problems;
  if (auth === "public" && Object.keys(headers).length > 0) {
    const allowed = "headers only on a route that asks for a token";
    problems.push({ path: `${at}.identity.headers`, message: "has no claims to take from on a public route", allowed });
  }
  const seen = /* @__PURE__ */ new Map();
  for (const [header, source] of Object.entries(headers)) {
    const where = memberPath(`${at}.identity.headers`, header);
    const twin = seen.get(foldName(header));
    seen.set(foldName(header), header);
    if (!isMappable(header)) {
      const allowed = "a header name that is not x-gatehouse-*, a credential, or a matter of the connection or body";
      problems.push({ path: where, message: "cannot be asserted", allowed });
    } else if (twin !== void 0) {
      const allowed = "names that differ in letters and digits";
      problems.push({ path: where, message: `is one with ${twin} to an upstream`, allowed });
    }
    if (typeof source === "string" && source !== "" && !isSource(source)) {
      problems.push({
        path: where,
        message: "is no JSON Pointer",
        allowed: "a pointer in which ~ is followed by 0 or 1"
      });
    }
  }
  return problems;
}
function checkCors(cors, at) {
  if (!isRecord(cors) || !Array.isArray(cors.origins))
    return [];
  const origins = cors.origins;
  const problems = [];
  origins.forEach((origin, index) => {
    if (typeof origin !== "string" || origin === "" || origin === "*" || isOrigin2(origin))
      return;
    const allowed = "scheme, host and a port that is not the default, such as https://app.example.com";
    problems.push({ path: `${at}.origins[${index}]`, message: "is no origin as browsers send it", allowed });
  });
  if (!origins.includes("*"))
    return problems;
  if (cors.credentials === true) {
    problems.push({
      path: `${at}.credentials`,
      message: "cannot go with every origin",
      allowed: "false, or listed origins"
    });
  }
  if (origins.length > 1)
    problems.push({ path: `${at}.origins`, message: "has * beside others", allowed: "* alone" });
  return problems;
}
var isOrigin2 = (text4) => URL.canParse(text4) && new URL(text4).origin === text4 && new URL(text4).protocol.startsWith("http");

// ../../packages/fastify-gateway/dist/defaults.js
var UPSTREAM = {
  connections: 128,
  connectTimeout: "2s",
  headersTimeout: "30s",
  bodyTimeout: "5m",
  retries: 0,
  ca: null
};
var CORS = { credentials: false, expose: [], maxAge: "10m" };
var LIMITS = { headers: 16384, token: 8192, body: 104857600 };
var effectiveUpstream = (options) => ({ ...UPSTREAM, ...options });
var effectiveCors = (cors) => ({
  ...CORS,
  ...cors
});
var effectiveRoute = (route2) => ({
  ...route2,
  identity: { headers: {}, token: "strip", ...route2.identity },
  ...route2.cors === void 0 ? {} : { cors: effectiveCors(route2.cors) },
  target: { allow: [], ...route2.target }
});

// ../../packages/fastify-gateway/dist/schema.js
var object2 = (description, properties, required = []) => ({
  type: "object",
  description,
  additionalProperties: false,
  properties,
  ...required.length === 0 ? {} : { required }
});
var text3 = (description) => ({ type: "string", minLength: 1, description });
var texts = (description, items) => ({
  type: "array",
  minItems: 1,
  uniqueItems: true,
  description,
  items: text3(items)
});
var flag2 = (description) => ({ type: "boolean", description });
var duration2 = (description, fallback) => ({
  type: ["string", "number"],
  format: "duration",
  minimum: 0,
  default: fallback,
  description: `${description}: a duration such as 250ms, 30s or 10m, or a number of seconds; 0s is for ever; default ${fallback}`
});
var whole2 = (description, minimum, maximum, fallback) => ({
  type: "integer",
  minimum,
  maximum,
  default: fallback,
  description: `${description}: a whole number from ${minimum} to ${maximum}; default ${fallback}`
});
var upstreamsSchema = {
  type: "object",
  description: "servers by name",
  propertyNames: { pattern: "^[\\w.-]+$" },
  additionalProperties: object2("an object: url, connections, connectTimeout, headersTimeout, bodyTimeout, retries, ca", {
    url: {
      type: "string",
      format: "uri-http",
      description: "an http or https URL without credentials, query or fragment; its path goes before every path"
    },
    connections: whole2("connections at once", 1, 65535, 128),
    connectTimeout: duration2("until a connection stands, and as long for one to become free", "2s"),
    headersTimeout: duration2("from the sent request to the head of the answer", "30s"),
    bodyTimeout: duration2("between two pieces of the answer's body", "5m"),
    retries: whole2("further tries of idempotent requests without a body that got no answer", 0, 10, 0),
    ca: { type: ["string", "null"], minLength: 1, description: "a PEM certificate to trust instead of the system\u2019s" }
  }, ["url"])
};
var route = object2("an object: path, methods, host, upstream, rewrite, auth, opensProtected, identity, cors, target", {
  path: text3("/orders, or /orders/* for it and everything below"),
  methods: texts("a list of HTTP methods; default every method but TRACE", "an HTTP method in capitals, such as GET"),
  host: text3("a host name, with a port if the port matters; default any"),
  upstream: text3("the name of an upstream"),
  rewrite: object2("an object: stripPrefix, addPrefix", {
    stripPrefix: text3("a leading part of the path, such as /orders"),
    addPrefix: text3("a path, such as /v1")
  }),
  auth: {
    description: "what a token must be ({} is any valid token of any issuer), or public",
    if: { type: "object" },
    // biome-ignore lint/suspicious/noThenProperty: the keyword of JSON Schema
    then: policySchema,
    else: { const: "public", description: "an object that says what a token must be, or public" }
  },
  opensProtected: flag2("true says that a public route means to open a part of a protected one; default false"),
  identity: object2("an object: headers, token", {
    headers: {
      type: "object",
      description: "header names with the claim, or JSON Pointer, whose value they carry",
      additionalProperties: text3("the name of a claim, or a JSON Pointer that starts with /")
    },
    token: {
      enum: ["strip", "forward", "mint", "exchange"],
      default: "strip",
      description: "strip or forward; default strip"
    }
  }),
  cors: object2("an object: origins, credentials, expose, maxAge", {
    origins: texts("a list of origins, or * alone", "an origin such as https://app.example.com, or *"),
    credentials: flag2("whether cookies and Authorization may be sent; default false"),
    expose: texts("a list of answer headers that scripts may read", "a header name"),
    maxAge: duration2("how long a browser may remember a preflight", "10m")
  }, ["origins"]),
  target: object2("an object: allow", {
    allow: {
      type: "array",
      uniqueItems: true,
      items: { enum: AMBIGUITIES, description: 'one of "%2F", ";", "//"' },
      description: 'what this route takes in a path, of "%2F", ";", "//"; default nothing'
    }
  })
}, ["path", "upstream", "auth"]);
var routesSchema = {
  type: "array",
  minItems: 1,
  items: route,
  description: "a list of routes, in any order"
};
var parts = { issuers: issuersSchema, upstreams: upstreamsSchema, routes: routesSchema };
var needed = ["issuers", "upstreams", "routes"];
var gatewaySchema = object2("an object: issuers, upstreams, routes", parts, needed);
var pluginSchema = object2("an object: issuers, upstreams, routes, publicUrl, trustedProxies, limits", {
  ...parts,
  publicUrl: {
    type: "string",
    format: "uri-http",
    description: "the origin that clients see, such as https://api.example.com, without path; default the listener"
  },
  trustedProxies: {
    type: "array",
    description: "a list of IP addresses or CIDRs whose X-Forwarded-* are believed; default none",
    items: text3("an IP address or a CIDR such as 10.0.0.0/8")
  },
  limits: object2("an object: headers, token, body", {
    headers: whole2("bytes of header names and values", 1024, 1048576, 16384),
    token: whole2("bytes of a token", 64, 1048576, 8192),
    body: whole2("bytes of a request body", 0, Number.MAX_SAFE_INTEGER, 104857600)
  })
}, needed);

// ../../packages/fastify-gateway/dist/table.js
var ASSERTED = {
  [IDENTITY_HEADERS.subject]: "sub",
  [IDENTITY_HEADERS.client]: "client_id",
  [IDENTITY_HEADERS.scope]: "scope",
  [IDENTITY_HEADERS.issuer]: "iss"
};
function tabulate({ issuers, routes }) {
  return routes.map((route2) => describe(route2, Object.keys(issuers))).sort(bySpecificity);
}
function describe(route2, everyIssuer) {
  const policy = route2.auth === "public" ? void 0 : route2.auth;
  return {
    path: route2.path,
    methods: route2.methods ?? [],
    host: route2.host ?? null,
    upstream: route2.upstream,
    auth: policy === void 0 ? "public" : "token",
    issuers: policy === void 0 ? [] : policy.issuers ?? everyIssuer,
    audience: policy?.audience ?? [],
    scopes: policy?.scopes ?? [],
    anyScope: policy?.anyScope ?? [],
    clients: policy?.clients ?? [],
    claims: policy?.claims ?? {},
    acr: policy?.acr ?? [],
    maxAge: policy?.maxAge ?? null,
    proof: policy === void 0 ? null : policy.proof ?? "any",
    headers: policy === void 0 ? {} : { ...ASSERTED, ...route2.identity?.headers },
    token: route2.identity?.token ?? "strip",
    origins: route2.cors?.origins ?? [],
    allows: route2.target?.allow ?? []
  };
}
function bySpecificity(a, b) {
  if (isWildcard(a.path) !== isWildcard(b.path))
    return isWildcard(a.path) ? 1 : -1;
  const byLength = literalOf(b.path).length - literalOf(a.path).length;
  if (byLength !== 0)
    return byLength;
  return Number(b.host !== null) - Number(a.host !== null);
}

// ../../packages/fastify-gateway/dist/upstreams.js
import { X509Certificate as X509Certificate2 } from "node:crypto";
function checkUpstreams(value, path) {
  if (typeof value !== "object" || value === null)
    return [];
  return Object.entries(value).flatMap(([name, upstream]) => {
    if (typeof upstream !== "object" || upstream === null)
      return [];
    const at = memberPath(path, name);
    const problems = [];
    if ("url" in upstream && typeof upstream.url === "string" && isUrlWithMore(upstream.url)) {
      const allowed = "scheme, host, port and a path";
      problems.push({ path: `${at}.url`, message: "has credentials, a query or a fragment", allowed });
    }
    if ("ca" in upstream && typeof upstream.ca === "string" && !isCertificate(upstream.ca)) {
      problems.push({ path: `${at}.ca`, message: "is no certificate", allowed: "PEM certificates" });
    }
    return problems;
  });
}
function isUrlWithMore(text4) {
  if (!URL.canParse(text4))
    return false;
  const { username, password, search, hash: hash3 } = new URL(text4);
  return username !== "" || password !== "" || search !== "" || hash3 !== "";
}
function isCertificate(pem) {
  try {
    return new X509Certificate2(pem).subject.length >= 0;
  } catch {
    return false;
  }
}
function parseUpstream(name, options) {
  const effective = effectiveUpstream(options);
  const url = new URL(effective.url);
  const seconds = (duration3) => parseDuration(duration3) ?? 0;
  return Object.freeze({
    name,
    url,
    basePath: url.pathname.replace(/\/+$/, ""),
    connections: effective.connections,
    connectTimeout: seconds(effective.connectTimeout),
    headersTimeout: seconds(effective.headersTimeout),
    bodyTimeout: seconds(effective.bodyTimeout),
    retries: effective.retries,
    ca: effective.ca ?? void 0
  });
}

// ../../packages/fastify-gateway/dist/check.js
function checkGateway(value, path = "") {
  const found = isRecord2(value) ? withoutCode(value) : value;
  const problems = [...checkShape(pluginSchema, found, path)];
  if (isRecord2(found)) {
    const at = (name) => path === "" ? name : `${path}.${name}`;
    const issuers = checkIssuers(found.issuers, at("issuers"));
    problems.push(...issuers.problems);
    problems.push(...checkUpstreams(found.upstreams, at("upstreams")));
    const configs = new Map(issuers.configs.map((config) => [config.name, config]));
    problems.push(...checkRoutes(found.routes, found.issuers, found.upstreams, configs, at("routes")));
    problems.push(...checkAddresses(found, at));
  }
  const distinct = [...new Map(problems.map((problem) => [`${problem.path}
${problem.message}`, problem])).values()];
  if (distinct.length > 0)
    return { problems: distinct, table: [], effective: void 0 };
  const options = found;
  return { problems: [], table: tabulate(options), effective: describeEffective(options) };
}
var isRecord2 = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
function withoutCode(value) {
  const { ports: _ports, forwarder: _forwarder, prefix: _prefix, logLevel: _logLevel, ...rest } = value;
  return Object.fromEntries(Object.entries(rest).filter(([, member]) => member !== void 0));
}
function describeEffective({ issuers, upstreams, routes }) {
  const each = (record, describe2) => Object.fromEntries(Object.entries(record).map(([name, value]) => [name, describe2(value)]));
  return {
    issuers: each(issuers, (options) => redact(applyPreset(options))),
    upstreams: each(upstreams, effectiveUpstream),
    routes: routes.map(effectiveRoute)
  };
}
var SECRETS = /* @__PURE__ */ new Set(["secret", "token", "key", "k", "d", "p", "q", "dp", "dq", "qi"]);
function redact(value) {
  if (Array.isArray(value))
    return value.map(redact);
  if (!isRecord2(value))
    return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [
    name,
    SECRETS.has(name) && typeof member === "string" ? "[redacted]" : redact(member)
  ]));
}

// ../../packages/fastify-gateway/dist/log.js
import { channel as channel2 } from "node:diagnostics_channel";
var DECISION_CHANNEL = "gatehouse:decision";
var decisions = channel2(DECISION_CHANNEL);
function publishDecision(event) {
  if (decisions.hasSubscribers)
    decisions.publish(event);
}
var isObserved = () => decisions.hasSubscribers;
function logRefusal(log, event) {
  const status = event.status ?? 500;
  const level = event.code === "internal_error" ? "error" : status >= 500 ? "warn" : "info";
  log[level]({ ...event }, "request refused");
  publishDecision(event);
}
function logCut(log, event) {
  log.warn({ ...event }, "answer cut");
  publishDecision(event);
}

// ../../packages/fastify-gateway/dist/plugin.js
var import_fastify_plugin = __toESM(require_fastify_plugin(), 1);

// ../../packages/fastify-gateway/dist/metadata.js
var WELL_KNOWN = "/.well-known/oauth-protected-resource";
var locate = (path) => literalOf(path).replace(/\/$/, "");
function compileMetadata({ issuers, routes }, origin) {
  const documents = /* @__PURE__ */ new Map();
  for (const { path, auth } of routes) {
    if (auth === "public" || documents.has(WELL_KNOWN + locate(path)))
      continue;
    const names = auth.issuers ?? Object.keys(issuers);
    const scopes2 = [.../* @__PURE__ */ new Set([...auth.scopes ?? [], ...auth.anyScope ?? []])];
    documents.set(WELL_KNOWN + locate(path), {
      path: locate(path),
      members: {
        authorization_servers: names.map((name) => issuers[name]?.issuer),
        ...scopes2.length === 0 ? {} : { scopes_supported: scopes2 },
        bearer_methods_supported: ["header"]
      }
    });
  }
  return {
    urlOf(path) {
      const base = origin();
      return base === void 0 ? void 0 : base + WELL_KNOWN + locate(path);
    },
    find(key) {
      const document = documents.get(key);
      const base = origin();
      if (document === void 0 || base === void 0)
        return void 0;
      return JSON.stringify({ resource: base + document.path, ...document.members });
    }
  };
}

// ../../packages/fastify-gateway/dist/node-forwarder.js
import { Agent as HttpAgent, request as requestHttp } from "node:http";
import { Agent as HttpsAgent, request as requestHttps } from "node:https";

// ../../packages/fastify-gateway/dist/answer.js
function relayAnswer(exchange2, incoming, deadline, bodyTimeout, onEnd) {
  const { response } = exchange2;
  const status = incoming.statusCode ?? 502;
  const cut = (cause) => {
    deadline.clear();
    incoming.off("data", relay);
    if (response.destroyed)
      return;
    exchange2.cut(cause);
    response.destroy();
    incoming.destroy();
  };
  const relay = (chunk) => {
    deadline.refresh();
    if (!response.write(chunk))
      incoming.pause();
  };
  const resume = () => {
    deadline.refresh();
    incoming.resume();
  };
  incoming.on("error", () => cut("the upstream cut its answer short"));
  deadline.arm(bodyTimeout, () => {
    if (incoming.isPaused())
      deadline.refresh();
    else
      cut("the upstream stalled in its answer");
  });
  const announced = incoming.headers.trailer;
  const headers = exchange2.begin(status, incoming.rawHeaders);
  const isChunked = incoming.headers["content-length"] === void 0 && exchange2.request.httpVersion === "1.1";
  const hasTrailers = announced !== void 0 && isChunked && exchange2.method !== "HEAD";
  if (hasTrailers)
    headers.push("trailer", announced);
  response.writeHead(status, incoming.statusMessage, headers);
  incoming.on("data", relay);
  response.on("drain", resume);
  incoming.on("end", () => {
    deadline.clear();
    response.off("drain", resume);
    if (isChunked && incoming.rawTrailers.length > 0)
      response.addTrailers(shapeTrailers(incoming.rawTrailers));
    response.end();
    onEnd();
  });
  setImmediate(() => {
    if (!response.writableEnded && !response.destroyed)
      response.flushHeaders();
  });
}
function relayInformation(response, { statusCode, headers }) {
  if (response.headersSent || response.req.httpVersion !== "1.1")
    return;
  if (statusCode === 102)
    response.writeProcessing();
  const link = headers.link;
  if (statusCode !== 103 || typeof link !== "string" || !LINKS.test(link))
    return;
  response.writeEarlyHints({ link: link.split(/,(?=\s*<)/).map((part) => part.trim()) });
}
var LINKS = /^\s*<[^<>]*>(?:\s*;\s*[^;,"\s]+=?(?:"[^"]*"|[^;,"\s]*))*(?:\s*,\s*<[^<>]*>(?:\s*;\s*[^;,"\s]+=?(?:"[^"]*"|[^;,"\s]*))*)*\s*$/;

// ../../packages/fastify-gateway/dist/deadline.js
function createDeadline() {
  let timer;
  return {
    arm(seconds, onLate) {
      clearTimeout(timer);
      timer = seconds > 0 ? setTimeout(onLate, seconds * 1e3) : void 0;
    },
    refresh: () => timer?.refresh(),
    clear: () => clearTimeout(timer)
  };
}

// ../../packages/fastify-gateway/dist/tunnel.js
function openTunnel(exchange2, tunnel, incoming, upstream, head) {
  if (incoming.headers.upgrade?.toLowerCase() !== tunnel.protocol) {
    upstream.destroy();
    return false;
  }
  const { response } = exchange2;
  const client = tunnel.socket;
  const headers = exchange2.begin(101, incoming.rawHeaders);
  headers.push("connection", "Upgrade", "upgrade", tunnel.protocol);
  response.writeHead(101, incoming.statusMessage, headers);
  response.end(() => {
    response.detachSocket(client);
    if (head.length > 0)
      client.write(head);
    if (tunnel.head.length > 0)
      upstream.write(tunnel.head);
    join(client, upstream);
    join(upstream, client);
  });
  return true;
}
function join(from, to) {
  from.pipe(to);
  from.on("error", () => to.destroy());
  from.on("close", () => {
    if (!to.writableEnded)
      to.end();
    if (to.writableFinished)
      to.destroy();
    else
      to.once("finish", () => to.destroy());
  });
}

// ../../packages/fastify-gateway/dist/upload.js
var SMALL = 65536;
function uploadBody(exchange2, outgoing, deadline, onTooLarge) {
  const { request: request2, body, bodyLimit } = exchange2;
  if (body === "none") {
    outgoing.end();
    return { isComplete: () => true, isWaitingForClient: () => false };
  }
  let sent = 0;
  const count = (chunk) => {
    sent += chunk.length;
    deadline.refresh();
    if (sent <= bodyLimit)
      return;
    stop();
    onTooLarge();
  };
  const stop = () => {
    request2.off("data", count);
    request2.unpipe(outgoing);
  };
  request2.on("data", count);
  request2.pipe(outgoing);
  outgoing.once("close", stop);
  if (body === "chunked" || body > SMALL)
    outgoing.flushHeaders();
  return {
    isComplete: () => outgoing.writableEnded,
    isWaitingForClient: () => !outgoing.writableEnded && !outgoing.writableNeedDrain
  };
}

// ../../packages/fastify-gateway/dist/carry.js
var IDEMPOTENT = /* @__PURE__ */ new Set(["GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE"]);
var BODYLESS = /* @__PURE__ */ new Set(["GET", "HEAD", "OPTIONS", "TRACE", "DELETE"]);
function carry(upstream, exchange2, tunnel, send, release) {
  const { response } = exchange2;
  const headers = frame(upstream, exchange2, tunnel);
  const isRepeatable = exchange2.body === "none" && tunnel === void 0 && IDEMPOTENT.has(exchange2.method);
  let outgoing;
  let tries = 0;
  let isOver = false;
  const finish = () => {
    if (isOver)
      return;
    isOver = true;
    response.off("close", abandon);
    release();
  };
  const abandon = () => {
    outgoing.destroy();
    finish();
  };
  const fail2 = (code, cause) => {
    if (isOver)
      return;
    finish();
    exchange2.fail(code, cause);
    outgoing.destroy();
  };
  const attempt = (isFresh) => {
    const deadline = createDeadline();
    let isAnswered = false;
    outgoing = send(exchange2, headers, isFresh);
    const current = outgoing;
    const upload = uploadBody(exchange2, current, deadline, () => fail2("body_too_large", "the body passed the limit"));
    watchConnection(upstream, current, upload, deadline, fail2);
    current.on("information", (information) => relayInformation(response, information));
    current.on("response", (incoming) => {
      if (isOver)
        return void incoming.destroy();
      if ((incoming.statusCode ?? 0) < 200)
        return fail2("upstream_unreachable", "switched protocols without being asked");
      isAnswered = true;
      relayAnswer(exchange2, incoming, deadline, upstream.bodyTimeout, () => {
        if (!upload.isComplete())
          current.destroy();
        finish();
      });
    });
    if (tunnel !== void 0) {
      current.on("upgrade", (incoming, socket, head) => {
        isAnswered = true;
        deadline.clear();
        const opened = openTunnel(exchange2, tunnel, incoming, socket, head);
        if (!opened)
          return fail2("upstream_unreachable", "switched to a protocol that was not asked for");
        finish();
      });
    }
    current.on("error", (error) => {
      deadline.clear();
      if (isOver || isAnswered)
        return;
      const code = error.code ?? "no answer";
      const isStale = current.reusedSocket && !isFresh && (code === "ECONNRESET" || code === "EPIPE");
      if (isStale && isRepeatable)
        return attempt(true);
      if (isRepeatable && tries < upstream.retries) {
        tries += 1;
        return attempt(false);
      }
      fail2("upstream_unreachable", code);
    });
    current.on("close", () => {
      deadline.clear();
      if (current !== outgoing)
        return;
      if (!isAnswered)
        fail2("upstream_unreachable", "closed without an answer");
      finish();
    });
  };
  response.once("close", abandon);
  attempt(false);
}
function watchConnection(upstream, outgoing, upload, deadline, fail2) {
  const awaitHead = () => deadline.arm(upstream.headersTimeout, () => {
    if (upload.isWaitingForClient())
      awaitHead();
    else
      fail2("upstream_timeout", "did not begin to answer in time");
  });
  deadline.arm(upstream.connectTimeout, () => fail2("overloaded", "no connection to the upstream became free in time"));
  outgoing.on("socket", (socket) => {
    if (!socket.connecting)
      return awaitHead();
    deadline.arm(upstream.connectTimeout, () => fail2("upstream_timeout", "did not accept the connection in time"));
    socket.once(upstream.url.protocol === "https:" ? "secureConnect" : "connect", awaitHead);
  });
}
function frame(upstream, { method, headers, body }, tunnel) {
  const framed = ["host", upstream.url.host, ...headers];
  if (tunnel !== void 0)
    framed.push("connection", "Upgrade", "upgrade", tunnel.protocol);
  else if (body === "chunked")
    framed.push("transfer-encoding", "chunked");
  else if (body !== "none")
    framed.push("content-length", String(body));
  else if (!BODYLESS.has(method))
    framed.push("content-length", "0");
  return framed;
}

// ../../packages/fastify-gateway/dist/node-forwarder.js
var QUEUE_PER_CONNECTION = 16;
var IDLE = 4e3;
var createNodeForwarder = (upstream) => {
  const isSecure = upstream.url.protocol === "https:";
  const request2 = isSecure ? requestHttps : requestHttp;
  const pool = {
    keepAlive: true,
    maxSockets: upstream.connections,
    maxFreeSockets: upstream.connections,
    timeout: IDLE
  };
  const trust = upstream.ca === void 0 ? {} : { ca: upstream.ca };
  const agent = isSecure ? new HttpsAgent({ ...pool, ...trust }) : new HttpAgent(pool);
  const tunnels = /* @__PURE__ */ new Set();
  const most = upstream.connections * (1 + QUEUE_PER_CONNECTION);
  let inFlight = 0;
  const send = ({ method, target }, headers, isFresh) => request2({
    ...trust,
    agent: isFresh ? false : agent,
    hostname: upstream.url.hostname.replace(/^\[|\]$/g, ""),
    port: upstream.url.port,
    method,
    path: upstream.basePath + target,
    headers
  });
  function run(exchange2, tunnel) {
    if (inFlight >= most) {
      exchange2.fail("overloaded", "too many requests wait for a connection to the upstream");
      return;
    }
    inFlight += 1;
    carry(upstream, exchange2, tunnel, send, () => {
      inFlight -= 1;
    });
  }
  return {
    forward: (exchange2) => run(exchange2, void 0),
    upgrade(exchange2, tunnel) {
      tunnels.add(tunnel.socket);
      tunnel.socket.once("close", () => tunnels.delete(tunnel.socket));
      run(exchange2, tunnel);
    },
    endTunnels() {
      for (const socket of tunnels)
        socket.destroy();
    },
    close: () => agent.destroy()
  };
};

// ../../packages/fastify-gateway/dist/route.js
var compileRoute = (options, policy) => Object.freeze({
  path: options.path,
  host: options.host?.toLowerCase(),
  methods: options.methods === void 0 ? void 0 : new Set(options.methods),
  upstream: options.upstream,
  policy,
  sources: compileSources(options.identity?.headers ?? {}),
  keepsCredentials: options.identity?.token === "forward",
  cors: options.cors === void 0 ? void 0 : compileCors(options.cors),
  allows: new Set(options.target?.allow ?? []),
  rewrite: compileRewrite(options.rewrite ?? {})
});
function compileCors(options) {
  const { origins, credentials, expose, maxAge } = effectiveCors(options);
  return {
    origins: new Set(origins),
    credentials,
    expose: ["WWW-Authenticate", ...expose].join(", "),
    maxAge: Math.floor(parseDuration(maxAge) ?? 0)
  };
}
function compileRewrite({ stripPrefix = "", addPrefix = "" }) {
  if (stripPrefix === "" && addPrefix === "")
    return (path) => path;
  return (path) => addPrefix + (path.slice(stripPrefix.length) || "/");
}

// ../../packages/fastify-gateway/dist/gateway.js
function compileGateway(options, origin) {
  const { problems } = checkGateway(options);
  if (problems.length > 0)
    throw new ConfigurationError(problems);
  const limits = { ...LIMITS, ...options.limits };
  const ports = completePorts(options.ports);
  const verifier = createVerifier({
    issuers: options.issuers,
    maxTokenBytes: limits.token,
    ...options.publicUrl === void 0 ? {} : { publicUrl: options.publicUrl }
  }, ports);
  const policies = options.routes.map((route2, index) => route2.auth === "public" ? void 0 : verifier.policy(route2.auth, `routes[${index}].auth`));
  const routes = options.routes.map((route2, index) => compileRoute(route2, policies[index]));
  const createForwarder = options.forwarder ?? createNodeForwarder;
  const forwarders = new Map(Object.entries(options.upstreams).map(([name, upstream]) => [name, createForwarder(parseUpstream(name, upstream))]));
  return {
    verifier,
    table: compileRoutes(routes),
    sieve: createSieve(routes.flatMap(({ sources }) => sources.map(({ header }) => header))),
    isTrusted: compileRanges(options.trustedProxies ?? []),
    limits,
    metadata: compileMetadata(options, origin),
    ports,
    forwarderOf({ upstream }) {
      const forwarder = forwarders.get(upstream);
      if (forwarder === void 0)
        throw new Error("a compiled route names an upstream that does not exist");
      return forwarder;
    },
    endTunnels() {
      for (const forwarder of forwarders.values())
        forwarder.endTunnels();
    },
    close() {
      for (const forwarder of forwarders.values())
        forwarder.close();
    }
  };
}

// ../../packages/fastify-gateway/dist/cors.js
var isPreflight = (method, headers) => method === "OPTIONS" && headers.origin !== void 0 && headers["access-control-request-method"] !== void 0;
function corsHeaders(rules, origin) {
  const allowed = allowedOrigin(rules, origin);
  const headers = allowed === "*" ? [] : ["vary", "Origin"];
  if (allowed === void 0)
    return headers;
  headers.push("access-control-allow-origin", allowed, "access-control-expose-headers", rules.expose);
  if (rules.credentials)
    headers.push("access-control-allow-credentials", "true");
  return headers;
}
function preflightHeaders(rules, origin, methods, wanted) {
  const allowed = allowedOrigin(rules, origin);
  const headers = ["vary", "Origin, Access-Control-Request-Method, Access-Control-Request-Headers"];
  if (allowed === void 0)
    return headers;
  headers.push("access-control-allow-origin", allowed, "access-control-allow-methods", methods);
  const names = requestedNames(wanted);
  if (names !== "")
    headers.push("access-control-allow-headers", names);
  headers.push("access-control-max-age", String(rules.maxAge));
  if (rules.credentials)
    headers.push("access-control-allow-credentials", "true");
  return headers;
}
function allowedOrigin({ origins }, origin) {
  if (typeof origin !== "string")
    return void 0;
  if (origins.has("*"))
    return "*";
  return origins.has(origin) ? origin : void 0;
}
var MAX_NAMES = 64;
var TOKEN = /^[!#$%&'*+.^_`|~0-9a-z-]{1,64}$/;
function requestedNames(wanted) {
  if (typeof wanted !== "string")
    return "";
  return wanted.toLowerCase().split(",", MAX_NAMES).map((name) => name.trim()).filter((name) => TOKEN.test(name) && !foldName(name).startsWith("xgatehouse")).join(", ");
}

// ../../packages/fastify-gateway/dist/locate.js
var nowhere = (code, cause) => cause === void 0 ? { kind: "nowhere", code } : { kind: "nowhere", code, cause };
function locate2(gateway2, { prefix, methods }, request2) {
  const { rawHeaders, headers, method = "" } = request2;
  if (sizeOf(rawHeaders) > gateway2.limits.headers)
    return nowhere("headers_too_large");
  const target = judgeTarget(request2.url?.slice(prefix.length) || "/");
  if (target === void 0)
    return nowhere("target_ambiguous", "the request target");
  const authority = readAuthority(rawHeaders);
  if (authority === void 0)
    return nowhere("target_ambiguous", "the Host header");
  const resource = gateway2.table.find(target.key, authority);
  const document = findMetadata(gateway2, resource, target, method);
  if (document !== void 0)
    return { kind: "metadata", document };
  if (resource === void 0)
    return nowhere(target.concerns.length > 0 ? "target_ambiguous" : "route_not_found");
  const isClear = (route3) => leadsThere(gateway2, target, authority, resource, route3);
  if (isPreflight(method, headers)) {
    const asked = routeFor(resource, String(headers["access-control-request-method"]));
    const route3 = asked ?? resource.routes.find(hasCors);
    if (route3?.cors !== void 0 && isClear(route3)) {
      return { kind: "preflight", route: route3, methods: allowedMethods(resource.routes.filter(hasCors), methods) };
    }
  }
  const route2 = routeFor(resource, method);
  if (route2 === void 0) {
    const allow = allowedMethods(resource.routes, methods);
    return { kind: "nowhere", code: "method_not_allowed", allow, route: resource.routes.find(hasCors) };
  }
  if (isClear(route2))
    return { kind: "route", route: route2, target, authority };
  return { kind: "nowhere", code: "target_ambiguous", route: route2, cause: `the path has ${target.concerns.join(" and ")}` };
}
var hasCors = ({ cors }) => cors !== void 0;
function leadsThere(gateway2, target, authority, resource, route2) {
  if (target.concerns.length === 0)
    return true;
  return target.concerns.every((concern) => route2.allows.has(concern)) && gateway2.table.find(target.reading, authority) === resource;
}
function findMetadata({ metadata }, resource, target, method) {
  if (resource !== void 0 && resource.path !== "/*")
    return void 0;
  return method === "GET" || method === "HEAD" ? metadata.find(target.key) : void 0;
}
function sizeOf(rawHeaders) {
  let size = 0;
  for (const part of rawHeaders)
    size += part.length + 2;
  return size;
}

// ../../packages/fastify-gateway/dist/errors.js
import { STATUS_CODES } from "node:http";
var SHELL_REJECTIONS = {
  route_not_found: { status: 404, say: "No route leads there" },
  method_not_allowed: { status: 405, say: "The method is not allowed on this route" },
  target_ambiguous: { status: 400, say: "The request target or Host can be read in more than one way" },
  body_too_large: { status: 413, say: "The request body is too large" },
  headers_too_large: { status: 431, say: "The request headers are too large" },
  upstream_unreachable: { status: 502, say: "The upstream could not be reached or gave no valid answer" },
  upstream_timeout: { status: 504, say: "The upstream did not answer in time" },
  overloaded: { status: 503, say: "The gateway has no capacity for this request at the moment", retryAfter: 1 },
  internal_error: { status: 500, say: "The gateway failed to handle the request" }
};
var isShellCode = (code) => Object.hasOwn(SHELL_REJECTIONS, code);
function renderRefusal(code, facts = {}) {
  const { status, say } = isShellCode(code) ? SHELL_REJECTIONS[code] : REJECTIONS[code];
  const retryAfter2 = facts.retryAfter ?? (isShellCode(code) ? SHELL_REJECTIONS[code].retryAfter : void 0);
  const problem = {
    // RFC 9457 section 4.2.1: the title is then the phrase of the status; `code` tells the kinds apart.
    type: "about:blank",
    title: STATUS_CODES[status] ?? "Refused",
    status,
    detail: say,
    code,
    ...facts.traceId === void 0 ? {} : { traceId: facts.traceId }
  };
  const headers = { "content-type": "application/problem+json", "cache-control": "no-store" };
  if (facts.challenge !== void 0)
    headers["www-authenticate"] = facts.challenge;
  if (facts.allow !== void 0)
    headers.allow = facts.allow;
  if (retryAfter2 !== void 0)
    headers["retry-after"] = String(Math.max(1, Math.ceil(retryAfter2)));
  return { status, headers, body: JSON.stringify(problem) };
}

// ../../packages/fastify-gateway/dist/refuse.js
function refuse2(gateway2, request2, reply, code, { route: route2, issuer, cause, ...facts } = {}) {
  const traceId = traceIdOf(request2, gateway2);
  const { status, headers, body } = renderRefusal(code, { ...facts, traceId });
  logRefusal(request2.log, {
    outcome: "refused",
    status,
    code,
    traceId,
    ...route2 === void 0 ? {} : { route: route2.path, upstream: route2.upstream },
    ...issuer === void 0 ? {} : { issuer },
    ...cause === void 0 ? {} : { cause }
  });
  discardBody(request2.raw, gateway2.limits.body);
  reply.code(status).headers(headers);
  if (route2?.cors !== void 0)
    setAll(reply, corsHeaders(route2.cors, request2.headers.origin));
  reply.send(Buffer.from(body));
}
function setAll(reply, fields) {
  for (let index = 0; index + 1 < fields.length; index += 2)
    reply.header(fields[index] ?? "", fields[index + 1]);
}
var TRACEPARENT = /^[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}/;
function traceIdOf(request2, { ports }) {
  const parent = request2.headers.traceparent;
  const traced = typeof parent === "string" ? TRACEPARENT.exec(parent)?.[1] : void 0;
  return traced ?? Buffer.from(ports.random(16)).toString("hex");
}
function discardBody(request2, limit) {
  if (request2.complete || request2.destroyed)
    return;
  let discarded = 0;
  request2.on("data", (chunk) => {
    discarded += chunk.length;
    if (discarded > limit)
      request2.destroy();
  });
}

// ../../packages/fastify-gateway/dist/upgrade.js
import { ServerResponse } from "node:http";
import { Socket } from "node:net";
var upgrades = /* @__PURE__ */ new WeakMap();
var upgradeOf = (request2) => upgrades.get(request2);
function listenForUpgrades(server, route2, isOurs) {
  const listener = (request2, stream, head) => {
    if (!(stream instanceof Socket))
      return;
    if (isOurs(request2))
      return take(request2, stream, head, route2);
    const written = stream.bytesWritten;
    setImmediate(() => {
      if (isUntouched(stream) && stream.bytesWritten === written)
        take(request2, stream, head, route2);
    });
  };
  server.on("upgrade", listener);
  return () => server.off("upgrade", listener);
}
var isUntouched = (socket) => !socket.destroyed && socket.readableFlowing === null && socket.listenerCount("error") === 0;
function take(request2, socket, head, route2) {
  upgrades.set(request2, { socket, head, protocol: request2.headers.upgrade?.toLowerCase() ?? "" });
  socket.on("error", () => socket.destroy());
  const response = new ServerResponse(request2);
  response.shouldKeepAlive = false;
  response.assignSocket(socket);
  response.once("finish", () => {
    if (response.statusCode !== 101)
      socket.destroySoon();
  });
  route2(request2, response);
}

// ../../packages/fastify-gateway/dist/proceed.js
var NOTHING = [];
function proceed(admitted, principal) {
  const { gateway: gateway2, request: request2, reply, route: route2, target } = admitted;
  const { raw } = request2;
  if (reply.raw.destroyed)
    return;
  const body = bodyOf(raw);
  const upgrade = upgradeOf(raw);
  const isTooLarge = typeof body === "number" && body > gateway2.limits.body;
  if (isTooLarge) {
    refuse2(gateway2, request2, reply, "body_too_large", { route: route2 });
    return;
  }
  if (upgrade !== void 0 && body !== "none") {
    refuse2(gateway2, request2, reply, "target_ambiguous", { route: route2, cause: "an upgrade with a body" });
    return;
  }
  request2.principal = principal;
  const exchange2 = {
    method: raw.method ?? "GET",
    target: route2.rewrite(target.path) + target.query,
    headers: shapeRequestHeaders(gateway2.sieve, raw.rawHeaders, senderOf(admitted), route2.keepsCredentials, principal === null ? NOTHING : assertIdentity(principal, route2.sources)),
    request: raw,
    response: reply.raw,
    body,
    bodyLimit: gateway2.limits.body,
    begin: (status, rawHeaders) => begin(admitted, status, rawHeaders),
    fail: (code, cause) => refuse2(gateway2, request2, reply, code, { route: route2, cause }),
    cut: (cause) => logCut(request2.log, { outcome: "cut", route: route2.path, upstream: route2.upstream, cause })
  };
  const forwarder = gateway2.forwarderOf(route2);
  if (upgrade?.protocol === "websocket" && exchange2.method === "GET")
    forwarder.upgrade(exchange2, upgrade);
  else
    forwarder.forward(exchange2);
}
function begin({ request: request2, reply, route: route2 }, status, rawHeaders) {
  if (isObserved())
    publishDecision({ outcome: "forwarded", route: route2.path, upstream: route2.upstream, status });
  const headers = shapeResponseHeaders(rawHeaders, status, route2.cors !== void 0);
  for (const [name, value] of Object.entries(reply.getHeaders())) {
    for (const each of Array.isArray(value) ? value : [value])
      if (each !== void 0)
        headers.push(name, String(each));
  }
  if (route2.cors !== void 0)
    headers.push(...corsHeaders(route2.cors, request2.headers.origin));
  reply.hijack();
  return headers;
}
function senderOf({ gateway: gateway2, request: request2, authority }) {
  const { socket } = request2.raw;
  const address = plainAddress(socket.remoteAddress);
  return {
    address,
    isTrusted: gateway2.isTrusted(address),
    scheme: "encrypted" in socket && socket.encrypted === true ? "https" : "http",
    authority
  };
}
function bodyOf({ headers }) {
  if (headers["transfer-encoding"] !== void 0)
    return "chunked";
  const length = Number(headers["content-length"] ?? 0);
  return length > 0 ? length : "none";
}

// ../../packages/fastify-gateway/dist/guard.js
function createGuard(gateway2, surroundings) {
  return (request2, reply, _next) => {
    try {
      settle(gateway2, request2, reply, locate2(gateway2, surroundings, request2.raw));
    } catch (error) {
      fail(gateway2, request2, reply, error);
    }
  };
}
function settle(gateway2, request2, reply, place2) {
  switch (place2.kind) {
    case "route":
      authenticate({ gateway: gateway2, request: request2, reply, ...place2 });
      break;
    case "preflight":
      sendPreflight(request2, reply, place2);
      break;
    case "metadata":
      sendMetadata(reply, place2.document);
      break;
    case "nowhere":
      refuse2(gateway2, request2, reply, place2.code, place2);
  }
}
function authenticate(admitted) {
  const { gateway: gateway2, request: request2, reply, route: route2, target } = admitted;
  if (route2.policy === void 0) {
    proceed(admitted, null);
    return;
  }
  const { method = "", rawHeaders, socket } = request2.raw;
  const verdict = gateway2.verifier.authenticate({ method, target: target.path + target.query, rawHeaders, certificate: () => peerCertificate(socket) }, route2.policy);
  if (verdict instanceof Promise) {
    verdict.then((outcome) => conclude(admitted, outcome)).catch((error) => fail(gateway2, request2, reply, error));
  } else
    conclude(admitted, verdict);
}
function conclude(admitted, outcome) {
  if (outcome.ok) {
    proceed(admitted, outcome.value);
    return;
  }
  const { gateway: gateway2, request: request2, reply, route: route2 } = admitted;
  const { rejection } = outcome;
  refuse2(gateway2, request2, reply, rejection.code, {
    route: route2,
    issuer: rejection.issuer,
    cause: rejection.cause,
    challenge: route2.policy && gateway2.verifier.challenge(rejection, route2.policy, gateway2.metadata.urlOf(route2.path)),
    retryAfter: rejection.code === "issuer_unavailable" ? rejection.detail.retryAfter : void 0
  });
}
function fail(gateway2, request2, reply, error) {
  request2.log.error({ err: error }, "gateway failed");
  if (reply.sent)
    reply.raw.destroy();
  else
    refuse2(gateway2, request2, reply, "internal_error");
}
function sendPreflight({ headers }, reply, { route: route2, methods }) {
  if (isObserved())
    publishDecision({ outcome: "preflight", route: route2.path, status: 204 });
  const wanted = headers["access-control-request-headers"];
  if (route2.cors !== void 0)
    setAll(reply, preflightHeaders(route2.cors, headers.origin, methods, wanted));
  reply.code(204).send();
}
function sendMetadata(reply, document) {
  reply.code(200).headers({ "content-type": "application/json", "access-control-allow-origin": "*" });
  reply.send(Buffer.from(document));
}
function peerCertificate(socket) {
  if (!("getPeerCertificate" in socket) || typeof socket.getPeerCertificate !== "function")
    return void 0;
  const certificate = socket.getPeerCertificate();
  return certificate?.raw;
}

// ../../packages/fastify-gateway/dist/routing.js
import { METHODS as METHODS4 } from "node:http";
var ROUTED_METHODS = METHODS4.filter((method) => method !== "CONNECT");
var REFUSED = "/../";
function steer(request2, prefix) {
  const url = request2.url ?? "";
  if (isRoutable(url))
    return;
  if (prefix === "" || url.startsWith(`${prefix}/`))
    request2.url = prefix + REFUSED;
}
function isRoutable(url) {
  if (url.charCodeAt(0) !== 47)
    return /^https?:\/\/[^/]/i.test(url) && isDecodable(url);
  return !url.includes("%") || isDecodable(url);
}
function isDecodable(url) {
  const [path = ""] = url.split("?", 1);
  try {
    decodeURIComponent(path);
    return true;
  } catch {
    return false;
  }
}

// ../../packages/fastify-gateway/dist/plugin.js
var plugin = async (app, options) => {
  if (app.initialConfig.http2 === true) {
    throw new ConfigurationError([
      { path: "http2", message: "is not supported yet", allowed: "a Fastify server for HTTP/1.1" }
    ]);
  }
  const origin = () => (app.prefix + (options.prefix ?? "")).replace(/\/$/, "") === "" ? options.publicUrl?.replace(/\/$/, "") ?? listenerOf(app) : void 0;
  const gateway2 = compileGateway(options, origin);
  if (!app.hasRequestDecorator("principal"))
    app.decorateRequest("principal", null);
  const others = app.hasDecorator("gatehouse") ? app.gatehouse.status : () => [];
  const status = () => [...others(), ...gateway2.verifier.status()];
  if (app.hasDecorator("gatehouse"))
    app.gatehouse.status = status;
  else
    app.decorate("gatehouse", { status });
  await app.register(async (scope2) => mount(scope2, gateway2), options.prefix === void 0 ? {} : { prefix: options.prefix });
};
var listenerOf = (app) => app.server.listening ? app.listeningOrigin : void 0;
function mount(scope2, gateway2) {
  const prefix = checkPrefix(scope2.prefix.replace(/\/$/, ""));
  for (const method of ROUTED_METHODS) {
    if (!scope2.supportedMethods.includes(method))
      scope2.addHttpMethod(method, { hasBody: true });
  }
  const guard = createGuard(gateway2, { prefix, methods: ROUTED_METHODS });
  for (const url of prefix === "" ? ["/*"] : ["/*", ""]) {
    scope2.route({
      method: [...ROUTED_METHODS],
      url,
      exposeHeadRoute: false,
      onRequest: guard,
      handler: () => Promise.reject(new Error("the guard let a request pass that it did not answer"))
    });
  }
  const isOurs = ({ url = "", rawHeaders }) => {
    const target = url.startsWith(prefix) ? judgeTarget(url.slice(prefix.length) || "/") : void 0;
    return target !== void 0 && gateway2.table.find(target.key, readAuthority(rawHeaders) ?? "") !== void 0;
  };
  const beforeRouting = (request2) => steer(request2, prefix);
  const route2 = (request2, response) => {
    beforeRouting(request2);
    scope2.routing(request2, response);
  };
  scope2.server.prependListener("request", beforeRouting);
  const stopListening = listenForUpgrades(scope2.server, route2, isOurs);
  scope2.addHook("preClose", async () => gateway2.endTunnels());
  scope2.addHook("onClose", async () => {
    scope2.server.off("request", beforeRouting);
    stopListening();
    gateway2.close();
  });
}
function checkPrefix(prefix) {
  if (prefix === "" || judgeTarget(prefix)?.reading === prefix && !/[:*]/.test(prefix))
    return prefix;
  throw new ConfigurationError([
    { path: "prefix", message: "is no plain path", allowed: "such as /api, without parameters" }
  ]);
}
var gateway = (0, import_fastify_plugin.default)(plugin, {
  name: "@gatehouse/fastify-gateway",
  fastify: "5.x"
});

export {
  STAGE_CHANNEL,
  completePorts,
  gatewaySchema,
  checkGateway,
  renderRefusal,
  DECISION_CHANNEL,
  gateway
};
