// The official TypeScript SDK v1 as a client: reads a plan, prints what it saw; both are JSON.

import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { SSEClientTransport } from "@modelcontextprotocol/sdk/client/sse.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import {
  CreateMessageRequestSchema,
  ElicitRequestSchema,
  ListRootsRequestSchema,
} from "@modelcontextprotocol/sdk/types.js";

const { capabilities, done, transport, user } = await import(process.argv[1]);
let revision;

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

const client = new Client({ name: "typescript-v1", version: "1.0.0" }, { capabilities });
client.setRequestHandler(ElicitRequestSchema, user.elicit);
client.setRequestHandler(CreateMessageRequestSchema, user.sample);
client.setRequestHandler(ListRootsRequestSchema, user.roots);

// The client tells only its transport which revision was agreed on.
const channel = transport({
  Http: StreamableHTTPClientTransport,
  Sse: SSEClientTransport,
  Stdio: StdioClientTransport,
});
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
  ...(await done(client, (params, options) => client.callTool(params, undefined, options))),
};
await client.close();
process.stdout.write(JSON.stringify(seen));
