// The official TypeScript SDK v2 as a client: reads a plan, prints what it saw; both are JSON.

import { readFileSync } from "node:fs";
import {
  Client,
  SSEClientTransport,
  StreamableHTTPClientTransport,
} from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";

const plan = JSON.parse(readFileSync(0, "utf8"));
const asked = [];
const progress = {};

function transport() {
  if (plan.transport === "http") return new StreamableHTTPClientTransport(new URL(plan.url));
  if (plan.transport === "sse") return new SSEClientTransport(new URL(plan.url));
  const [command, ...args] = plan.command;
  return new StdioClientTransport({ command, args });
}

async function call(client, name) {
  const onprogress = ({ progress: done, total }) => {
    (progress[name] ??= []).push([done, total]);
  };
  try {
    return await client.callTool({ name, arguments: plan.calls[name] }, { onprogress });
  } catch (error) {
    if (!Number.isInteger(error.code)) throw error;
    return { error: { code: error.code, message: error.message } };
  }
}

async function each(names, run) {
  const seen = {};
  for (const name of names) seen[name] = await run(name);
  return seen;
}

const client = new Client(
  { name: "typescript-v2", version: "1.0.0" },
  {
    capabilities: { elicitation: {}, sampling: {}, roots: {} },
    versionNegotiation: { mode: plan.mode },
  },
);
client.setRequestHandler("elicitation/create", ({ params }) => {
  asked.push(params.message);
  return { action: "accept", content: { name: "Ada" } };
});
client.setRequestHandler("sampling/createMessage", ({ params }) => {
  asked.push(params.messages[0].content.text);
  return { role: "assistant", content: { type: "text", text: "Something." }, model: "scripted" };
});
client.setRequestHandler("roots/list", () => {
  asked.push("roots");
  return { roots: [{ uri: "file:///project" }] };
});
await client.connect(transport());

// Asked for no page in particular, the client's lists are of all pages.
const seen = {
  revision: client.getNegotiatedProtocolVersion(),
  server: client.getServerVersion().name,
  tools: (await client.listTools()).tools.map(({ name }) => name),
  resources: (await client.listResources()).resources.map(({ uri }) => uri),
  templates: (await client.listResourceTemplates()).resourceTemplates.map(
    ({ uriTemplate }) => uriTemplate,
  ),
  prompts: (await client.listPrompts()).prompts.map(({ name }) => name),
  calls: await each(Object.keys(plan.calls), (name) => call(client, name)),
  reads: await each(plan.reads, (uri) => client.readResource({ uri })),
  gets: await each(Object.keys(plan.gets), (name) =>
    client.getPrompt({ name, arguments: plan.gets[name] }),
  ),
  asked,
  progress,
};
await client.close();
process.stdout.write(JSON.stringify(seen));
