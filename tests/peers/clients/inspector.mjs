// The MCP Inspector's --cli as a client: reads a plan, prints what it saw; both are JSON.
// Each command is a process and a connection of its own.

import { spawnSync } from "node:child_process";

const { plan } = await import(process.argv[1]);
const server =
  plan.transport === "stdio"
    ? plan.command
    : ["--server-url", plan.url, "--transport", plan.transport];

function ask(method, ...options) {
  const { stdout, stderr } = spawnSync(
    "node_modules/.bin/mcp-inspector",
    ["--cli", ...server, "--protocol-era", plan.mode, "--method", method, "--format", "json"].concat(
      options,
    ),
    { encoding: "utf8" },
  );
  // A tool's failure is in both; a refusal is in the second alone.
  const { result, error } = JSON.parse(stdout || stderr);
  return result ?? { error };
}

function each(names, run) {
  return Object.fromEntries(names.map((name) => [name, run(name)]));
}

const hello = ask("initialize");
const seen = {
  revision: hello.protocolVersion,
  server: hello.serverInfo.name,
  tools: ask("tools/list").tools.map(({ name }) => name),
  resources: ask("resources/list").resources.map(({ uri }) => uri),
  templates: ask("resources/templates/list").resourceTemplates.map(
    ({ uriTemplate }) => uriTemplate,
  ),
  prompts: ask("prompts/list").prompts.map(({ name }) => name),
  calls: each(Object.keys(plan.calls), (name) =>
    ask("tools/call", "--tool-name", name, "--tool-args-json", JSON.stringify(plan.calls[name])),
  ),
  reads: each(plan.reads, (uri) => ask("resources/read", "--uri", uri)),
  gets: each(Object.keys(plan.gets), (name) =>
    ask(
      "prompts/get",
      "--prompt-name",
      name,
      ...Object.entries(plan.gets[name]).flatMap(([key, value]) => ["--prompt-args", `${key}=${value}`]),
    ),
  ),
};
process.stdout.write(JSON.stringify(seen));
