import{createRequire as __cr}from'node:module';const require=__cr(import.meta.url);
var __create = Object.create;
var __defProp = Object.defineProperty;
var __getOwnPropDesc = Object.getOwnPropertyDescriptor;
var __getOwnPropNames = Object.getOwnPropertyNames;
var __getProtoOf = Object.getPrototypeOf;
var __hasOwnProp = Object.prototype.hasOwnProperty;
var __require = /* @__PURE__ */ ((x) => typeof require !== "undefined" ? require : typeof Proxy !== "undefined" ? new Proxy(x, {
  get: (a, b) => (typeof require !== "undefined" ? require : a)[b]
}) : x)(function(x) {
  if (typeof require !== "undefined") return require.apply(this, arguments);
  throw Error('Dynamic require of "' + x + '" is not supported');
});
var __esm = (fn, res, err) => function __init() {
  if (err) throw err[0];
  try {
    return fn && (res = (0, fn[__getOwnPropNames(fn)[0]])(fn = 0)), res;
  } catch (e) {
    throw err = [e], e;
  }
};
var __commonJS = (cb, mod) => function __require2() {
  try {
    return mod || (0, cb[__getOwnPropNames(cb)[0]])((mod = { exports: {} }).exports, mod), mod.exports;
  } catch (e) {
    throw mod = 0, e;
  }
};
var __export = (target, all) => {
  for (var name in all)
    __defProp(target, name, { get: all[name], enumerable: true });
};
var __copyProps = (to, from, except, desc) => {
  if (from && typeof from === "object" || typeof from === "function") {
    for (let key of __getOwnPropNames(from))
      if (!__hasOwnProp.call(to, key) && key !== except)
        __defProp(to, key, { get: () => from[key], enumerable: !(desc = __getOwnPropDesc(from, key)) || desc.enumerable });
  }
  return to;
};
var __toESM = (mod, isNodeMode, target) => (target = mod != null ? __create(__getProtoOf(mod)) : {}, __copyProps(
  // If the importer is in node compatibility mode or this is not an ESM
  // file that has been converted to a CommonJS file using a Babel-
  // compatible transform (i.e. "__esModule" has not been set), then set
  // "default" to the CommonJS "module.exports" for node compatibility.
  isNodeMode || !mod || !mod.__esModule ? __defProp(target, "default", { value: mod, enumerable: true }) : target,
  mod
));
var __toCommonJS = (mod) => __copyProps(__defProp({}, "__esModule", { value: true }), mod);

// ../../packages/configuration/dist/nearest.js
function nearest(word, known) {
  const limit = Math.max(1, Math.floor(word.length / 3));
  let best;
  let least = limit + 1;
  for (const candidate of known) {
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase(), least);
    if (distance < least) {
      best = candidate;
      least = distance;
    }
  }
  return best;
}
function editDistance(a, b, limit) {
  if (Math.abs(a.length - b.length) >= limit)
    return limit;
  let beforeLast = [];
  let last = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      let distance = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + cost);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        distance = Math.min(distance, (beforeLast[j - 2] ?? 0) + 1);
      }
      row.push(distance);
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length] ?? limit;
}

// ../../packages/configuration/dist/problem.js
var describeProblem = ({ path, message, allowed }) => `${path === "" ? "(root)" : path}: ${message}${allowed === void 0 ? "" : ` (${allowed})`}`;
var ConfigurationError = class extends TypeError {
  problems;
  constructor(problems) {
    super(problems.map(describeProblem).join("\n"));
    this.name = "ConfigurationError";
    this.problems = problems;
  }
};

// ../../packages/configuration/dist/shape.js
import { createRequire } from "node:module";

// ../../packages/configuration/dist/duration.js
var UNITS = { ms: 1e-3, s: 1, m: 60, h: 3600, d: 86400 };
var GRAMMAR = /^(\d{1,9}(?:\.\d{1,6})?)(ms|s|m|h|d)$/;
function parseDuration(value) {
  if (typeof value === "number")
    return Number.isFinite(value) && value >= 0 ? value : void 0;
  if (typeof value !== "string")
    return void 0;
  const match = GRAMMAR.exec(value);
  if (match === null)
    return void 0;
  const [, amount, unit] = match;
  const seconds = UNITS[unit ?? ""];
  return seconds === void 0 ? void 0 : Number(amount) * seconds;
}

// ../../packages/configuration/dist/path.js
function memberPath(path, name) {
  if (typeof name === "number" || /^\d+$/.test(name))
    return `${path}[${name}]`;
  const shown = /^[\w-]+$/.test(name) ? name : JSON.stringify(name);
  return path === "" ? shown : `${path}.${shown}`;
}

// ../../packages/configuration/dist/shape.js
var loaded;
function loadAjv() {
  if (loaded !== void 0)
    return loaded;
  const { Ajv: Validator } = createRequire(import.meta.url)("ajv");
  loaded = new Validator({ allErrors: true, verbose: true, strict: false, allowUnionTypes: true, meta: false, validateSchema: false, code: { optimize: false } });
  loaded.addFormat("duration", (value) => parseDuration(value) !== void 0);
  loaded.addFormat("uri-http", (value) => {
    const url = URL.canParse(value) ? new URL(value) : void 0;
    return url !== void 0 && (url.protocol === "http:" || url.protocol === "https:");
  });
  return loaded;
}
function checkShape(schema, value, path) {
  const validate = loadAjv().compile(schema);
  if (validate(value))
    return [];
  const problems = /* @__PURE__ */ new Map();
  for (const error of validate.errors ?? []) {
    const problem2 = explain(error, path);
    if (problem2 !== void 0 && !problems.has(problem2.path))
      problems.set(problem2.path, problem2);
  }
  return [...problems.values()];
}
function explain(error, root) {
  const parent = error.parentSchema;
  const at = joinPath(root, error.instancePath);
  switch (error.keyword) {
    case "if":
    case "allOf":
      return void 0;
    case "required": {
      const name = String(error.params["missingProperty"]);
      return problem(memberPath(at, name), "is required", describe(propertiesOf(parent)?.[name]));
    }
    case "additionalProperties": {
      const name = String(error.params["additionalProperty"]);
      const known = Object.keys(propertiesOf(parent) ?? {});
      const meant = nearest(name, known);
      const hint = meant === void 0 ? "" : `, did you mean ${meant}?`;
      return problem(memberPath(at, name), `is not known${hint}`, `one of ${known.join(", ")}`);
    }
    case "enum":
      return problem(at, "is not one of the values known", describe(parent) ?? list(error.params["allowedValues"]));
    case "const":
      return problem(at, "is not the value allowed", describe(parent) ?? list([error.params["allowedValue"]]));
    case "type":
      return problem(at, `is ${kindOf(error.data)}`, describe(parent) ?? list(parent?.["type"]));
    case "minItems":
    case "minLength":
    case "minProperties":
      return problem(at, "is empty or too short", describe(parent));
    default:
      return problem(at, error.keyword === "not" ? "is not allowed here" : "is not valid", describe(parent) ?? error.message);
  }
}
var problem = (path, message, allowed) => allowed === void 0 ? { path, message } : { path, message, allowed };
var propertiesOf = (schema) => schema?.["properties"];
function describe(schema) {
  const said = schema?.["description"];
  if (typeof said === "string")
    return said;
  if (Array.isArray(schema?.["enum"]))
    return list(schema["enum"]);
  return void 0;
}
var list = (values) => (Array.isArray(values) ? values : [values]).map(String).join(", ");
function kindOf(value) {
  if (value === null)
    return "null";
  if (Array.isArray(value))
    return "a list";
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}
function joinPath(root, pointer) {
  let path = root;
  for (const part of pointer.split("/").slice(1))
    path = memberPath(path, part.replaceAll("~1", "/").replaceAll("~0", "~"));
  return path;
}

export {
  __require,
  __esm,
  __commonJS,
  __export,
  __toESM,
  __toCommonJS,
  parseDuration,
  nearest,
  memberPath,
  describeProblem,
  ConfigurationError,
  checkShape
};
