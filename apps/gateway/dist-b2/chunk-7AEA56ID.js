import{createRequire as __cr}from'node:module';const require=__cr(import.meta.url);
import {
  DECISION_CHANNEL,
  STAGE_CHANNEL,
  completePorts
} from "./chunk-3TSVOOTE.js";

// dist/observe/exposition.js
var ownProcess;
async function readProcess() {
  ownProcess ??= import("prom-client").then(({ collectDefaultMetrics, Registry }) => {
    const register = new Registry();
    collectDefaultMetrics({ register });
    return register;
  });
  const samples = await (await ownProcess).getMetricsAsJSON();
  return samples;
}
async function render(processes) {
  const { AggregatorRegistry } = await import("prom-client");
  const lists = processes.map((samples) => samples.map((sample) => sample.aggregator === "omit" ? { ...sample, aggregator: "first" } : sample));
  const registry = AggregatorRegistry.aggregate(lists);
  return { type: registry.contentType, body: await registry.metrics() };
}

// dist/observe/metrics.js
import { subscribe, unsubscribe } from "node:diagnostics_channel";

// dist/observe/tally.js
var SEPARATOR = "\0";
var keyOf = (labels) => labels.length === 1 ? String(labels[0]) : labels.join(SEPARATOR);
var nameLabels = (names, values) => Object.fromEntries(names.map((name, index) => [name, values[index] ?? ""]));
var Counter = class {
  #head;
  #labels;
  #series = /* @__PURE__ */ new Map();
  constructor(name, help, labels) {
    this.#head = { name, help, type: "counter", aggregator: "sum" };
    this.#labels = labels;
  }
  inc(...labels) {
    const key = keyOf(labels);
    const series = this.#series.get(key);
    if (series === void 0)
      this.#series.set(key, { labels, value: 1 });
    else
      series.value += 1;
  }
  read() {
    const values = [...this.#series.values()].map(({ labels, value }) => ({
      labels: nameLabels(this.#labels, labels),
      value
    }));
    return { ...this.#head, values };
  }
};
var Histogram = class {
  #head;
  #labels;
  #bounds;
  #series = /* @__PURE__ */ new Map();
  constructor(name, help, labels, bounds) {
    this.#head = { name, help, type: "histogram", aggregator: "sum" };
    this.#labels = labels;
    this.#bounds = bounds;
  }
  observe(seconds, ...labels) {
    const key = keyOf(labels);
    let series = this.#series.get(key);
    if (series === void 0) {
      series = { labels, counts: Array.from({ length: this.#bounds.length + 1 }, () => 0), sum: 0 };
      this.#series.set(key, series);
    }
    let bucket = 0;
    while (bucket < this.#bounds.length && seconds > (this.#bounds[bucket] ?? 0))
      bucket += 1;
    series.counts[bucket] = (series.counts[bucket] ?? 0) + 1;
    series.sum += seconds;
  }
  read() {
    return { ...this.#head, values: [...this.#series.values()].flatMap((series) => this.#describe(series)) };
  }
  #describe({ labels, counts, sum }) {
    const { name } = this.#head;
    const named = nameLabels(this.#labels, labels);
    let count = 0;
    const buckets = counts.map((own, index) => {
      count += own;
      return { metricName: `${name}_bucket`, labels: { le: this.#bounds[index] ?? "+Inf", ...named }, value: count };
    });
    return [
      ...buckets,
      { metricName: `${name}_sum`, labels: named, value: sum },
      { metricName: `${name}_count`, labels: named, value: count }
    ];
  }
};

// dist/observe/metrics.js
var NONE = "none";
function createMetrics() {
  const requests = new Counter("gatehouse_requests_total", "Requests, by route, outcome, status and refusal code", [
    "route",
    "outcome",
    "status",
    "code"
  ]);
  const durations = new Histogram("gatehouse_request_duration_seconds", "From the request head to the end of the answer, by route and class of the status", ["route", "class"], [1e-3, 25e-4, 5e-3, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]);
  const stages = new Histogram("gatehouse_stage_duration_seconds", "Duration of a stage of verification", ["stage"], [1e-5, 1e-4, 1e-3, 0.01, 0.1, 1, 5]);
  const rejections = new Counter("gatehouse_rejections_total", "Refusals of the verifier, by stage, code and issuer", [
    "stage",
    "code",
    "issuer"
  ]);
  const provider = new Counter("gatehouse_provider_requests_total", "Requests to identity providers, by kind (discovery, jwks, introspection) and outcome (a status class or error)", ["kind", "outcome"]);
  const onStage = (message) => {
    const event = message;
    stages.observe(event.ms / 1e3, event.stage);
    if (event.code !== void 0)
      rejections.inc(event.stage, event.code, event.issuer ?? NONE);
  };
  const onDecision = (message) => {
    const { route = NONE, outcome, status = 0, code = NONE } = message;
    requests.inc(route, outcome, status, code);
  };
  subscribe(STAGE_CHANNEL, onStage);
  subscribe(DECISION_CHANNEL, onDecision);
  return {
    answered: (route, status, seconds) => durations.observe(seconds, route ?? NONE, CLASSES[status / 100 | 0] ?? NONE),
    malformed: (status, code) => requests.inc(NONE, "malformed", status, code),
    asked: (kind, outcome) => provider.inc(kind, outcome),
    read: () => [requests, durations, stages, rejections, provider].map((metric) => metric.read()),
    close() {
      unsubscribe(STAGE_CHANNEL, onStage);
      unsubscribe(DECISION_CHANNEL, onDecision);
    }
  };
}
var CLASSES = [NONE, "1xx", "2xx", "3xx", "4xx", "5xx"];

// dist/observe/provider-requests.js
function countProviderRequests({ asked }) {
  const { fetch } = completePorts();
  return async (url, init) => {
    const kind = kindOf(url, init);
    try {
      const response = await fetch(url, init);
      asked(kind, response.status === 0 ? "error" : `${Math.floor(response.status / 100)}xx`);
      return response;
    } catch (error) {
      asked(kind, "error");
      throw error;
    }
  };
}
var DOCUMENT = /^https?:\/\/[^?#]*\/\.well-known\/(?:openid-configuration|oauth-authorization-server)[^?#]*$/;
function kindOf(url, { method, headers, body }) {
  if (method !== "GET" || body !== void 0 || headers.authorization !== void 0)
    return "introspection";
  if (headers.accept?.includes("application/jwk-set+json"))
    return "jwks";
  return DOCUMENT.test(url) ? "discovery" : "introspection";
}

// dist/server/admin.js
import { createServer } from "node:http";
var json = (status, body) => ({
  status,
  type: "application/json; charset=utf-8",
  body: `${JSON.stringify(body)}
`
});
var PAGES = {
  "/livez": () => json(200, { status: "alive" }),
  // Issuers that are down do not make the gateway unready: routes of the others work, and it recovers alone.
  "/readyz": async ({ readiness }) => {
    const { state, details } = await readiness();
    return json(state === "ready" ? 200 : 503, { status: state, ...details });
  },
  "/metrics": async ({ metrics }) => ({ status: 200, ...await metrics() })
};
function createAdmin(sources) {
  return createServer({ maxHeaderSize: 8192, headersTimeout: 1e4, requestTimeout: 1e4 }, (request, response) => {
    const [path = ""] = (request.url ?? "").split("?", 1);
    const page = Object.hasOwn(PAGES, path) ? PAGES[path] : void 0;
    if (page === void 0)
      return send(response, json(404, { status: "not found", pages: Object.keys(PAGES) }));
    if (request.method !== "GET" && request.method !== "HEAD") {
      response.setHeader("allow", "GET, HEAD");
      return send(response, json(405, { status: "method not allowed" }));
    }
    Promise.resolve(page(sources)).then((found) => send(response, found), () => send(response, json(500, { status: "failed" })));
  });
}
function send(response, { status, type, body }) {
  response.writeHead(status, {
    "content-type": type,
    "content-length": Buffer.byteLength(body),
    "cache-control": "no-store"
  });
  response.end(response.req.method === "HEAD" ? void 0 : body);
}
async function closeAdmin(admin) {
  const closed = new Promise((resolve) => void admin.close(() => resolve()));
  admin.closeAllConnections();
  await closed;
}

export {
  readProcess,
  render,
  createMetrics,
  countProviderRequests,
  createAdmin,
  closeAdmin
};
