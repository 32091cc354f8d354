import{createRequire as __cr}from'node:module';const require=__cr(import.meta.url);
import {
  closeAdmin,
  countProviderRequests,
  createAdmin,
  createMetrics,
  readProcess,
  render
} from "./chunk-7AEA56ID.js";
import {
  ListenError,
  listen,
  listenerUrl,
  schemeOf
} from "./chunk-M2U44XQ4.js";
import {
  completePorts
} from "./chunk-3TSVOOTE.js";
import "./chunk-AKJD27A7.js";

// dist/observe/ledger.js
var GROWING = /* @__PURE__ */ new Set(["counter", "histogram", "summary"]);
var Ledger = class {
  #living = /* @__PURE__ */ new Map();
  #inherited = /* @__PURE__ */ new Map();
  /** Samples replace those of the same name; the others of that process stay. */
  note(process, samples) {
    const known = this.#living.get(process) ?? /* @__PURE__ */ new Map();
    for (const sample of samples)
      known.set(sample.name, sample);
    this.#living.set(process, known);
  }
  bury(process) {
    const last = this.#living.get(process);
    this.#living.delete(process);
    for (const sample of last?.values() ?? [])
      if (GROWING.has(sample.type))
        this.#inherit(sample);
  }
  /** One list a process, and one of all that are gone. */
  read() {
    const gone = [...this.#inherited.values()].map(({ head, values }) => ({ ...head, values: [...values.values()] }));
    return [...[...this.#living.values()].map((samples) => [...samples.values()]), gone];
  }
  #inherit({ values, ...head }) {
    const inherited = this.#inherited.get(head.name) ?? { head, values: /* @__PURE__ */ new Map() };
    this.#inherited.set(head.name, inherited);
    for (const value of values) {
      const key = JSON.stringify([value.metricName, Object.entries(value.labels).sort()]);
      const before = inherited.values.get(key)?.value ?? 0;
      inherited.values.set(key, { ...value, value: before + value.value });
    }
  }
};

// dist/cluster/member.js
import cluster from "node:cluster";

// dist/cluster/messages.js
var isMessage = (value) => typeof value === "object" && value !== null && "gatehouse" in value && typeof value.gatehouse === "string";

// dist/cluster/member.js
var PATIENCE = 1e3;
var EXTENSION = import.meta.url.endsWith(".ts") ? "ts" : "js";
function spawnMember(onMessage, onLines) {
  cluster.setupPrimary({
    exec: new URL(`./worker.${EXTENSION}`, import.meta.url).pathname,
    args: [],
    // Its lines go through the primary, which writes them one after the other: of long ones, several processes would make a mixture.
    stdio: ["ignore", "pipe", "inherit", "ipc"]
  });
  const worker = cluster.fork();
  const child = worker.process;
  const reports = /* @__PURE__ */ new Map();
  let asked = 0;
  worker.on("error", () => void 0);
  worker.on("message", (message) => {
    if (!isMessage(message))
      return;
    if (message.gatehouse === "reported")
      reports.get(message.id)?.(message);
    else
      onMessage(message);
  });
  if (child.stdout !== null)
    relayLines(child.stdout, onLines);
  const send = (message) => {
    if (worker.isConnected())
      worker.send(message, () => void 0);
  };
  return {
    id: worker.id,
    pid: child.pid,
    send,
    report() {
      const id = ++asked;
      return new Promise((resolve) => {
        const finish = (report) => {
          clearTimeout(impatience);
          reports.delete(id);
          resolve(report);
        };
        const impatience = setTimeout(finish, PATIENCE, void 0);
        reports.set(id, finish);
        send({ gatehouse: "report", id });
      });
    },
    kill: () => void child.kill("SIGKILL"),
    ended: new Promise((resolve) => child.once("close", (code, signal) => resolve({ code, signal })))
  };
}
function relayLines(stream, onLines) {
  let rest = Buffer.alloc(0);
  stream.on("data", (chunk) => {
    const end = chunk.lastIndexOf(10) + 1;
    const whole = end === 0 ? void 0 : Buffer.concat([rest, chunk.subarray(0, end)]);
    rest = whole === void 0 ? Buffer.concat([rest, chunk]) : chunk.subarray(end);
    if (whole !== void 0)
      onLines(whole.toString("utf8"));
  });
}

// dist/cluster/crew.js
var ATTEMPTS = 3;
var FIRST_WAIT = 100;
var LONGEST_WAIT = 1e4;
var PROBATION = 1e4;
var SOON = 1e3;
var MERCY = 5e3;
var Crew = class {
  /** Resolves to the port once every worker has listened. */
  whole;
  /** Resolves to a sentence when there is no point in going on. */
  failed;
  #orders;
  #slots;
  #becomeWhole = () => void 0;
  #fail = () => void 0;
  #wasWhole = false;
  #isStopping = false;
  #port;
  #isPortLost = false;
  #restarts = 0;
  #cut = 0;
  /** While stopping: who still accepts, and who did not say what it cut. */
  #accepting = /* @__PURE__ */ new Set();
  #unsettled = /* @__PURE__ */ new Set();
  #onStopped = () => void 0;
  constructor(orders) {
    this.#orders = orders;
    this.whole = new Promise((resolve) => {
      this.#becomeWhole = resolve;
    });
    this.failed = new Promise((resolve) => {
      this.#fail = resolve;
    });
    this.#slots = Array.from({ length: orders.size }, (_, index) => ({
      number: index + 1,
      member: void 0,
      isListening: false,
      deaths: 0,
      stillborn: 0,
      sentence: void 0,
      timer: void 0
    }));
  }
  start() {
    for (const slot of this.#slots)
      this.#spawn(slot);
  }
  get members() {
    return this.#slots.map(({ member }) => member).filter((member) => member !== void 0);
  }
  /** Those who can be asked for a report. */
  get serving() {
    return this.#slots.flatMap(({ member, isListening }) => isListening && member !== void 0 ? [member] : []);
  }
  get isWhole() {
    return this.#wasWhole;
  }
  get restarts() {
    return this.#restarts;
  }
  #spawn(slot) {
    const member = spawnMember((message) => this.#hear(slot, member, message), this.#orders.onLines);
    slot.member = member;
    void member.ended.then((ending) => this.#bury(slot, member, ending));
  }
  #hear(slot, member, message) {
    switch (message.gatehouse) {
      case "hello":
        member.send(this.#orders.briefing(slot.number, this.#isPortLost ? this.#port : void 0));
        break;
      case "listening":
        this.#welcome(slot, message.port);
        break;
      case "failed":
        slot.sentence = message.sentence;
        break;
      case "draining":
        this.#release(member);
        break;
      case "stopped":
        this.#cut += message.cut;
        this.#unsettled.delete(member);
    }
    this.#orders.onMessage(member, message);
  }
  #welcome(slot, port) {
    slot.isListening = true;
    slot.stillborn = 0;
    this.#port = port;
    slot.timer = setTimeout(() => {
      slot.deaths = 0;
    }, PROBATION);
    slot.timer.unref();
    if (this.#wasWhole)
      this.#orders.log.info({ worker: slot.number, pid: slot.member?.pid }, "worker replaced");
    else if (this.serving.length === this.#slots.length) {
      this.#wasWhole = true;
      this.#becomeWhole(port);
    }
  }
  #bury(slot, member, ending) {
    clearTimeout(slot.timer);
    if (!slot.isListening)
      slot.stillborn += 1;
    slot.member = void 0;
    slot.isListening = false;
    this.#orders.onGone(member);
    this.#release(member);
    if (this.#isStopping)
      return;
    if (this.serving.length === 0 && this.#port !== void 0)
      this.#isPortLost = true;
    if (this.#isHopeless(slot)) {
      this.#isStopping = true;
      this.#fail(slot.sentence ?? describeEnding(slot, ending));
      return;
    }
    this.#orders.log.error({ worker: slot.number, pid: member.pid, ...ending }, "worker died");
    slot.sentence = void 0;
    slot.deaths += 1;
    slot.timer = setTimeout(() => {
      this.#restarts += 1;
      this.#spawn(slot);
    }, waitAfter(slot.deaths));
  }
  /** Until all have listened no excuse is taken; later it takes that none is left and the next does not come up either. */
  #isHopeless({ stillborn, sentence }) {
    if (this.#wasWhole)
      return this.serving.length === 0 && stillborn >= ATTEMPTS;
    return sentence !== void 0 || stillborn >= ATTEMPTS;
  }
  /**
   * Tells how many requests were cut. `grace` is in seconds; a worker that is not gone soon after it is killed. `hasStopped` is called once
   * nobody accepts any more.
   */
  async stop(grace, hasStopped) {
    this.#isStopping = true;
    const { members } = this;
    for (const { member, isListening, timer } of this.#slots) {
      clearTimeout(timer);
      if (member === void 0)
        continue;
      if (!isListening) {
        member.kill();
        continue;
      }
      this.#accepting.add(member);
      this.#unsettled.add(member);
      member.send({ gatehouse: "stop" });
    }
    const gone = Promise.all(members.map(({ ended }) => ended));
    const stopped = new Promise((resolve) => {
      this.#onStopped = resolve;
    });
    const soon = setTimeout(() => this.#onStopped(), SOON);
    const mercy = setTimeout(() => this.kill(), grace * 1e3 + MERCY);
    await Promise.race([stopped, gone]);
    hasStopped();
    await gone;
    clearTimeout(soon);
    clearTimeout(mercy);
    return this.#cut + this.#unsettled.size;
  }
  kill() {
    this.#isStopping = true;
    for (const member of this.members)
      member.kill();
  }
  #release(member) {
    this.#accepting.delete(member);
    if (this.#isStopping && this.#accepting.size === 0)
      this.#onStopped();
  }
};
var waitAfter = (deaths) => deaths === 1 ? 0 : Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** (deaths - 2));
function describeEnding({ number }, { code, signal }) {
  const how = signal === null ? `exit code ${code}` : signal;
  return `Worker ${number} ended ${ATTEMPTS} times in a row before it listened, the last time with ${how}.`;
}

// dist/cluster/document-desk.js
var DocumentDesk = class {
  #documents;
  #open = /* @__PURE__ */ new Map();
  constructor(documents) {
    this.#documents = documents;
  }
  hear(member, question) {
    const open = this.#open.get(member.id) ?? /* @__PURE__ */ new Map();
    this.#open.set(member.id, open);
    const { id } = question;
    if (question.gatehouse === "forget") {
      open.get(id)?.abort();
      return;
    }
    const abort = new AbortController();
    open.set(id, abort);
    void this.#documents.ask(member.id, question.request, abort.signal).then((answer) => {
      open.delete(id);
      if (!abort.signal.aborted)
        member.send({ gatehouse: "answer", id, answer });
    });
  }
  leave(member) {
    for (const abort of this.#open.get(member.id)?.values() ?? [])
      abort.abort();
    this.#open.delete(member.id);
  }
};

// dist/cluster/documents.js
import { createHash } from "node:crypto";
var MOMENT = 2;
var MAX_BODY = 1048576;
var Documents = class {
  #ports;
  #flights = /* @__PURE__ */ new Map();
  constructor(ports) {
    this.#ports = completePorts(ports);
  }
  /** Never rejects. When `signal` is aborted, and nobody else waits, so is the request. */
  async ask(worker, request, signal) {
    const key = digestRequest(request);
    const known = this.#flights.get(key);
    const flight = known !== void 0 && this.#isGoodFor(known, worker, request) ? known : this.#begin(key, request);
    flight.served.add(worker);
    const wait = /* @__PURE__ */ Symbol("wait");
    flight.waiting.add(wait);
    const leave = () => {
      flight.waiting.delete(wait);
      if (flight.waiting.size === 0 && flight.endedAt === void 0)
        flight.abort.abort();
    };
    signal.addEventListener("abort", leave, { once: true });
    if (signal.aborted)
      leave();
    const answer = await flight.answer;
    signal.removeEventListener("abort", leave);
    return answer;
  }
  #isGoodFor({ endedAt, served, abort }, worker, { headers }) {
    if (endedAt === void 0)
      return !abort.signal.aborted;
    return this.#ports.now() < endedAt + MOMENT && !served.has(worker) && // RFC 9111 section 5.2.1.4.
    !/\bno-cache\b/i.test(headers["cache-control"] ?? "");
  }
  #begin(key, request) {
    this.#forgetOld();
    const abort = new AbortController();
    const flight = {
      answer: requestDocument(this.#ports, request, abort.signal).finally(() => {
        flight.endedAt = this.#ports.now();
      }),
      abort,
      waiting: /* @__PURE__ */ new Set(),
      served: /* @__PURE__ */ new Set(),
      endedAt: void 0
    };
    this.#flights.set(key, flight);
    return flight;
  }
  #forgetOld() {
    const now = this.#ports.now();
    for (const [key, { endedAt }] of this.#flights) {
      if (endedAt !== void 0 && now >= endedAt + MOMENT)
        this.#flights.delete(key);
    }
  }
};
var digestRequest = ({ url, headers, tls }) => {
  const { "cache-control": _, ...others } = headers;
  return createHash("sha256").update(JSON.stringify([url, others, tls?.ca, tls?.cert, tls?.key])).digest("base64url");
};
async function requestDocument({ fetch }, { url, headers, tls }, signal) {
  try {
    const init = { method: "GET", headers, signal, redirect: "manual", ...tls === void 0 ? {} : { tls } };
    const response = await fetch(url, init);
    if (response.type === "opaqueredirect")
      return { ok: true, status: 302, headers: [], body: "" };
    const body = await readBody(response);
    return body === void 0 ? { ok: false } : { ok: true, status: response.status, headers: [...response.headers], body: body.toString("base64") };
  } catch {
    return { ok: false };
  }
}
async function readBody(response) {
  const chunks = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > MAX_BODY)
      return void 0;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

// dist/cluster/primary.js
async function startCrew(served, { log, level, output }) {
  const { settings } = served;
  const metrics = createMetrics();
  const ledger = new Ledger();
  const desk = new DocumentDesk(new Documents({ fetch: countProviderRequests(metrics) }));
  const crew = new Crew({
    size: settings.workers,
    log,
    onLines: (lines) => void output.write(lines),
    briefing: (slot, port2 = settings.port) => ({
      gatehouse: "start",
      slot,
      level,
      served: { gateway: served.gateway, settings: { ...settings, port: port2 } }
    }),
    onMessage(member, message) {
      if (message.gatehouse === "ask" || message.gatehouse === "forget")
        desk.hear(member, message);
      else if ("samples" in message)
        ledger.note(member.id, message.samples);
    },
    onGone(member) {
      ledger.bury(member.id);
      desk.leave(member);
    }
  });
  let isDraining = false;
  const state = () => {
    if (isDraining)
      return "draining";
    return crew.isWhole && crew.serving.length > 0 ? "ready" : "starting";
  };
  const admin = createAdmin({
    async readiness() {
      const reports = await collectReports(crew, ledger);
      const workers = { configured: settings.workers, listening: crew.serving.map(({ pid }) => pid) };
      return { state: state(), details: { workers, issuers: mergeIssuers(reports) } };
    },
    async metrics() {
      await collectReports(crew, ledger);
      return render([[...metrics.read(), ...describeCrew(crew), ...await readProcess()], ...ledger.read()]);
    }
  });
  const adminUrl = settings.admin && listenerUrl("http", settings.admin.host, await listen(admin, settings.admin));
  crew.start();
  const port = await Promise.race([crew.whole, crew.failed]);
  if (typeof port === "string") {
    crew.kill();
    await closeAdmin(admin);
    throw new ListenError(port);
  }
  return {
    url: listenerUrl(schemeOf(settings), settings.host, port),
    adminUrl,
    failed: crew.failed,
    async close(hasStopped = () => void 0) {
      isDraining = true;
      const cut = await crew.stop(settings.shutdownGrace, hasStopped);
      await closeAdmin(admin);
      return cut;
    }
  };
}
async function collectReports(crew, ledger) {
  const reports = await Promise.all(crew.serving.map(async (member) => {
    const report = await member.report();
    if (report !== void 0)
      ledger.note(member.id, report.samples);
    return report;
  }));
  return reports.filter((report) => report !== void 0);
}
function mergeIssuers(reports) {
  const latest = /* @__PURE__ */ new Map();
  for (const status of reports.flatMap(({ issuers }) => issuers)) {
    const known = latest.get(status.name);
    if (known === void 0 || (status.since ?? 0) > (known.since ?? 0))
      latest.set(status.name, status);
  }
  return [...latest.values()];
}
var describeCrew = ({ serving, restarts }) => [
  {
    name: "gatehouse_workers",
    help: "Worker processes that listen",
    type: "gauge",
    aggregator: "sum",
    values: [{ labels: {}, value: serving.length }]
  },
  {
    name: "gatehouse_worker_restarts_total",
    help: "Worker processes that were started in the place of one that died",
    type: "counter",
    aggregator: "sum",
    values: [{ labels: {}, value: restarts }]
  }
];
export {
  startCrew
};
