import{createRequire as __cr}from'node:module';const require=__cr(import.meta.url);
import {
  judgeConfiguration
} from "./chunk-SABKKEFA.js";
import {
  printProblems
} from "./chunk-3CZQ33RO.js";
import {
  require_pino
} from "./chunk-UALHVEQ3.js";
import {
  ListenError
} from "./chunk-M2U44XQ4.js";
import "./chunk-3TSVOOTE.js";
import {
  __toESM
} from "./chunk-AKJD27A7.js";

// dist/observe/log.js
var import_pino = __toESM(require_pino(), 1);
var SECRET_MEMBERS = [
  "authorization",
  "proxy-authorization",
  "cookie",
  "set-cookie",
  "dpop",
  "token",
  "access_token",
  "secret",
  "client_secret"
];
var REDACTED = SECRET_MEMBERS.flatMap((name) => [`["${name}"]`, `*["${name}"]`, `*.*["${name}"]`]);
var LOG_LEVELS = ["trace", "debug", "info", "warn", "error", "fatal", "silent"];
async function openOutput({ isTerminal, noColor }) {
  if (!isTerminal)
    return import_pino.pino.destination({ dest: 1, sync: false, maxLength: 4 * 1024 * 1024 });
  const { build } = await import("pino-pretty");
  const form = { ignore: "pid,hostname", translateTime: "SYS:HH:MM:ss.l", singleLine: true };
  return build({ ...form, colorize: !noColor, sync: true });
}
var createLogTo = (destination, level, members = null) => (0, import_pino.pino)({
  level,
  base: members,
  redact: { paths: REDACTED, censor: "[redacted]" },
  serializers: { err: describeError, req: () => void 0, res: () => void 0 }
}, destination);
function describeError(error) {
  if (!(error instanceof Error))
    return { type: typeof error };
  const code = "code" in error && typeof error.code === "string" ? { code: error.code } : {};
  const frames = (error.stack ?? "").split("\n").filter((line) => line.startsWith("    at "));
  return { type: error.name, ...code, stack: frames.join("\n") };
}

// dist/commands/signals.js
import { constants } from "node:os";
var SIGNALS = ["SIGTERM", "SIGINT"];
function awaitSignal() {
  return new Promise((resolve) => {
    let isFirst = true;
    for (const signal of SIGNALS) {
      process.on(signal, () => {
        if (!isFirst)
          process.exit(128 + constants.signals[signal]);
        isFirst = false;
        resolve(signal);
      });
    }
  });
}

// dist/commands/run.js
async function run({ config }, environment, terminal) {
  const { logLevel: level, noColor } = environment;
  if (!LOG_LEVELS.some((known) => known === level)) {
    printProblems([{ path: "GATEHOUSE_LOG_LEVEL", message: "is no level", allowed: LOG_LEVELS.join(", ") }], terminal);
    return 2;
  }
  const judged = judgeConfiguration(config, environment);
  if (!judged.ok) {
    printProblems(judged.problems, terminal);
    return 2;
  }
  const stopped = awaitSignal();
  const output = await openOutput({ isTerminal: terminal.width !== void 0, noColor });
  const log = createLogTo(output, level);
  process.on("uncaughtException", (error) => log.error({ err: error }, "uncaught error"));
  process.on("unhandledRejection", (error) => log.error({ err: error }, "unhandled rejection"));
  const { workers } = judged.configuration.settings;
  let gateway;
  try {
    gateway = await start(judged.configuration, { log, level, output });
  } catch (error) {
    if (!(error instanceof ListenError))
      throw error;
    terminal.err(error.message);
    return 1;
  }
  const { url, adminUrl } = gateway;
  log.info({ url, ...adminUrl && { admin: adminUrl }, ...workers > 1 && { workers } }, "listening");
  const end = await Promise.race([stopped, gateway.failed.then((sentence) => ({ sentence }))]);
  if (typeof end === "object") {
    terminal.err(end.sentence);
    return 1;
  }
  const cut = await gateway.close(() => log.info({ signal: end }, "draining"));
  if (cut === 0)
    log.info("stopped");
  else
    log.warn({ cut }, "stopped; requests were cut by the grace period");
  return cut === 0 ? 0 : 1;
}
async function start(served, surroundings) {
  if (served.settings.workers > 1) {
    const { startCrew } = await import("./primary-4GL3L3MF.js");
    return startCrew(served, surroundings);
  }
  const { startGateway } = await import("./gateway-TVETMK54.js");
  return startGateway(served, surroundings.log);
}
export {
  run
};
