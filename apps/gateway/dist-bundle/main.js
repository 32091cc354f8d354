import{createRequire as __cr}from'node:module';const require=__cr(import.meta.url);
import {
  processTerminal,
  readEnvironment
} from "./chunk-3CZQ33RO.js";
import {
  nearest
} from "./chunk-AKJD27A7.js";

// dist/arguments.js
import { parseArgs } from "node:util";
var EVERYWHERE = { help: { type: "boolean", short: "h" }, version: { type: "boolean", short: "v" } };
var CONFIG = { config: { type: "string", short: "c" } };
var FLAGS = {
  run: { ...CONFIG, ...EVERYWHERE },
  check: { ...CONFIG, json: { type: "boolean" }, ...EVERYWHERE }
};
var isCommand = (word) => word !== void 0 && Object.hasOwn(FLAGS, word);
function parseArguments(argv) {
  const [first, ...rest] = argv;
  if (isCommand(first))
    return parseFlags(first, rest);
  if (first === "help")
    return isCommand(rest[0]) ? { command: "help", of: rest[0] } : { command: "help", of: void 0 };
  if (first === void 0)
    return refused(`a command is missing: ${Object.keys(FLAGS).join(" or ")}`);
  if (!first.startsWith("-"))
    return refused(unknown("command", first, Object.keys(FLAGS)));
  if (first === "--help" || first === "-h")
    return { command: "help", of: void 0 };
  if (first === "--version" || first === "-v")
    return { command: "version" };
  const at = argv.findIndex(isCommand);
  const command = argv[at];
  if (isCommand(command))
    return parseFlags(command, argv.toSpliced(at, 1));
  return refused(unknown("flag", first.split("=")[0] ?? first, flagNames({ ...FLAGS.run, ...FLAGS.check })));
}
function parseFlags(command, args2) {
  const flags = FLAGS[command];
  const { tokens } = parseArgs({ args: [...args2], options: flags, strict: false, tokens: true, allowPositionals: true });
  let config = "gatehouse.yaml";
  let json = false;
  for (const token of tokens) {
    if (token.kind === "positional")
      return refused(`${command} takes no argument: ${token.value} (the file is named with --config)`);
    if (token.kind !== "option")
      continue;
    const flag = Object.hasOwn(flags, token.name) ? flags[token.name] : void 0;
    if (flag === void 0)
      return refused(unknown("flag", token.rawName, flagNames(flags)));
    if (flag.type === "boolean" && token.value !== void 0)
      return refused(`${token.rawName} takes no value`);
    if (token.name === "help")
      return { command: "help", of: command };
    if (token.name === "version")
      return { command: "version" };
    if (token.name === "json")
      json = true;
    if (token.name === "config") {
      const isMissing = token.value === void 0 || token.value === "" || !token.inlineValue && token.value.startsWith("-");
      if (isMissing)
        return refused(`${token.rawName} needs a file name`);
      config = token.value;
    }
  }
  return command === "check" ? { command, config, json } : { command, config };
}
var flagNames = (flags) => Object.entries(flags).flatMap(([name, { short }]) => [`--${name}`, ...short === void 0 ? [] : [`-${short}`]]);
var refused = (sentence) => ({ command: "refused", sentence });
function unknown(kind, word, known) {
  const meant = nearest(word, known);
  return `unknown ${kind} ${word}${meant === void 0 ? `; known are ${known.join(", ")}` : `, did you mean ${meant}?`}`;
}

// dist/help.js
import { readFileSync } from "node:fs";
var OVERVIEW = `Usage: gatehouse <command> [flags]

Verifies every access token before a request reaches an upstream.

Commands:
  run      serve the configuration
  check    validate the configuration and print the effective policy, one row a route

Flags, everywhere:
  -h, --help       this text
  -v, --version    the version

"gatehouse <command> --help" says more.`;
var CONFIG2 = "  -c, --config FILE    YAML or JSON; default gatehouse.yaml";
var TEXTS = {
  run: `Usage: gatehouse run [-c FILE]

Serves. The log is JSON lines on standard output, human-readable on a terminal; the line "listening" has the URL.
SIGTERM and SIGINT finish what is in flight, up to server.shutdownGrace; a second signal exits at once.

Flags:
${CONFIG2}

Environment:
  GATEHOUSE_LOG_LEVEL    trace, debug (a line for every request), info (a line for every refused one), warn, error, fatal, silent

Exit codes: 0 stopped; 1 could not listen, or requests were cut short; 2 the configuration is wrong; 128 + signal on a second signal`,
  check: `Usage: gatehouse check [-c FILE] [--json]

Validates the configuration and prints what each route demands. Every mistake is listed by its path, with what is allowed.

Flags:
${CONFIG2}
  --json               print JSON: {ok, configuration, routes} or {ok, problems}

Exit codes: 0 good; 2 wrong`
};
var helpText = (command) => command === void 0 ? OVERVIEW : TEXTS[command];
function packageVersion() {
  const text = readFileSync(new URL("../package.json", import.meta.url), "utf8");
  return JSON.parse(text).version;
}

// dist/main.js
var args = parseArguments(process.argv.slice(2));
var terminal = processTerminal();
switch (args.command) {
  case "refused":
    terminal.err(`gatehouse: ${args.sentence}
Try "gatehouse --help".`);
    process.exitCode = 2;
    break;
  case "help":
    terminal.out(helpText(args.of));
    break;
  case "version":
    terminal.out(packageVersion());
    break;
  case "check": {
    const { check } = await import("./check-K2ESDRGR.js");
    process.exitCode = check(args, readEnvironment(), terminal);
    break;
  }
  case "run": {
    const { run } = await import("./run-AYV2VPSM.js");
    process.exit(await run(args, readEnvironment(), terminal));
  }
}
