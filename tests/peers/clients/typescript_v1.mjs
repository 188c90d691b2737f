// The official TypeScript SDK v1 as a client: reads a plan, prints what it saw; both are JSON.

import { readFileSync } from "node:fs";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { SSEClientTransport } from "@modelcontextprotocol/sdk/client/sse.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import {
  CreateMessageRequestSchema,
  ElicitRequestSchema,
  ListRootsRequestSchema,
} from "@modelcontextprotocol/sdk/types.js";

const plan = JSON.parse(readFileSync(0, "utf8"));
const asked = [];
const progress = {};
let revision;

function transport() {
  if (plan.transport === "http") return new StreamableHTTPClientTransport(new URL(plan.url));
  if (plan.transport === "sse") return new SSEClientTransport(new URL(plan.url));
  const [command, ...args] = plan.command;
  return new StdioClientTransport({ command, args });
}

async function pages(ask, member) {
  const items = [];
  let cursor;
  do {
    const page = await ask(cursor === undefined ? {} : { cursor });
    items.push(...page[member]);
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  return items;
}

async function call(client, name) {
  const onprogress = ({ progress: done, total }) => {
    (progress[name] ??= []).push([done, total]);
  };
  const params = { name, arguments: plan.calls[name] };
  try {
    return await client.callTool(params, undefined, { onprogress });
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
  { name: "typescript-v1", version: "1.0.0" },
  { capabilities: { elicitation: {}, sampling: {}, roots: {} } },
);
client.setRequestHandler(ElicitRequestSchema, ({ params }) => {
  asked.push(params.message);
  return { action: "accept", content: { name: "Ada" } };
});
client.setRequestHandler(CreateMessageRequestSchema, ({ params }) => {
  asked.push(params.messages[0].content.text);
  return { role: "assistant", content: { type: "text", text: "Something." }, model: "scripted" };
});
client.setRequestHandler(ListRootsRequestSchema, () => {
  asked.push("roots");
  return { roots: [{ uri: "file:///project" }] };
});

// The client tells only its transport which revision was agreed on.
const channel = transport();
const told = channel.setProtocolVersion?.bind(channel);
channel.setProtocolVersion = (version) => {
  revision = version;
  told?.(version);
};
await client.connect(channel);

const seen = {
  revision,
  server: client.getServerVersion().name,
  tools: (await pages((params) => client.listTools(params), "tools")).map(({ name }) => name),
  resources: (await pages((params) => client.listResources(params), "resources")).map(
    ({ uri }) => uri,
  ),
  templates: (
    await pages((params) => client.listResourceTemplates(params), "resourceTemplates")
  ).map(({ uriTemplate }) => uriTemplate),
  prompts: (await pages((params) => client.listPrompts(params), "prompts")).map(({ name }) => name),
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
