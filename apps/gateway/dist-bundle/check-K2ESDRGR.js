import{createRequire as __cr}from'node:module';const require=__cr(import.meta.url);
import {
  judgeConfiguration
} from "./chunk-SABKKEFA.js";
import {
  printProblems
} from "./chunk-3CZQ33RO.js";
import "./chunk-3TSVOOTE.js";
import "./chunk-AKJD27A7.js";

// dist/commands/policy-table.js
var HEAD = ["PATH", "METHODS", "UPSTREAM", "ISSUERS", "REQUIRES", "SENDS"];
var rowOf = (route) => [
  route.host === null ? route.path : `${route.host}${route.path}`,
  route.methods.join(",") || "any",
  route.upstream,
  route.auth === "public" ? "-" : route.issuers.join(", "),
  route.auth === "public" ? "public" : describeDemands(route),
  describeAsserted(route)
];
function describeDemands(route) {
  const demands = [
    named("audience", route.audience, " or "),
    named("scope", route.scopes, " and "),
    named("scope", route.anyScope, " or "),
    named("client", route.clients, " or "),
    ...Object.entries(route.claims).map(([claim, demand]) => `${claim} ${describeDemand(demand)}`),
    named("acr", route.acr, " or "),
    route.maxAge === null ? "" : `authenticated within ${route.maxAge}`,
    route.proof === "dpop" || route.proof === "mtls" ? `proof ${route.proof}` : ""
  ].filter((demand) => demand !== "");
  return demands.length === 0 ? "any valid token" : demands.join("; ");
}
var named = (name, values, between) => values.length === 0 ? "" : `${name} ${values.join(between)}`;
function describeDemand(demand) {
  if (typeof demand === "object" && demand !== null) {
    if ("contains" in demand)
      return `contains ${JSON.stringify(demand.contains)}`;
    if ("oneOf" in demand && Array.isArray(demand.oneOf))
      return `= ${demand.oneOf.map((value) => JSON.stringify(value)).join(" or ")}`;
  }
  return `= ${JSON.stringify(demand)}`;
}
function describeAsserted({ headers, token }) {
  const own = Object.entries(headers).filter(([name]) => !name.startsWith("x-gatehouse-"));
  const parts = own.map(([name, source]) => `${name}=${source}`);
  if (token !== "strip")
    parts.push(`token: ${token}`);
  return parts.join(", ") || "-";
}

// dist/commands/table.js
var GAP = 2;
var NARROWEST = 8;
function renderTable(head, rows, { width, isBold }) {
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => (row[column] ?? "").length)));
  if (width !== void 0)
    shrink(widths, head, width);
  const [titles = "", ...body] = [head, ...rows].map((row) => renderRow(row, widths));
  return [isBold ? `\x1B[1m${titles}\x1B[22m` : titles, ...body].join("\n");
}
function shrink(widths, head, width) {
  const total = () => widths.reduce((sum, each) => sum + each + GAP, -GAP);
  const floor = (column) => Math.max(NARROWEST, head[column]?.length ?? 0);
  while (total() > width) {
    const shrinkable = widths.map((each, column2) => each > floor(column2) ? each : 0);
    const widest = Math.max(...shrinkable);
    if (widest === 0)
      return;
    const column = shrinkable.indexOf(widest);
    const next = Math.max(floor(column), widest - (total() - width), ...shrinkable.filter((each) => each < widest).map((each) => each - 1));
    widths[column] = Math.min(next, widest - 1);
  }
}
function renderRow(row, widths) {
  const cells = widths.map((width, column) => wrap(row[column] ?? "", width));
  const height = Math.max(...cells.map((cell) => cell.length));
  return Array.from({ length: height }, (_, line) => cells.map((cell, column) => (cell[line] ?? "").padEnd(widths[column] ?? 0)).join(" ".repeat(GAP)).trimEnd()).join("\n");
}
function wrap(text, width) {
  const lines = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && line.length + 1 + word.length <= width) {
      line += ` ${word}`;
      continue;
    }
    if (line !== "")
      lines.push(line);
    line = word;
    while (line.length > width) {
      lines.push(line.slice(0, width));
      line = line.slice(width);
    }
  }
  return [...lines, line];
}

// dist/commands/check.js
function check({ config, json }, environment, terminal) {
  const judged = judgeConfiguration(config, environment);
  if (!judged.ok) {
    printProblems(judged.problems, terminal);
    if (json)
      terminal.out(JSON.stringify({ ok: false, problems: judged.problems }, null, 2));
    return 2;
  }
  const { routes, shown } = judged.configuration;
  if (json)
    terminal.out(JSON.stringify({ ok: true, configuration: shown, routes }, null, 2));
  else {
    const isBold = terminal.width !== void 0 && !environment.noColor;
    terminal.out(renderTable(HEAD, routes.map(rowOf), { width: terminal.width, isBold }));
  }
  return 0;
}
export {
  check
};
