// The official TypeScript SDK v2 as a client: reads a plan, prints what it saw; both are JSON.

import {
  Client,
  SSEClientTransport,
  StreamableHTTPClientTransport,
} from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";

const { capabilities, done, plan, transport, user } = await import(process.argv[1]);

const client = new Client(
  { name: "typescript-v2", version: "1.0.0" },
  { capabilities, versionNegotiation: { mode: plan.mode } },
);
client.setRequestHandler("elicitation/create", user.elicit);
client.setRequestHandler("sampling/createMessage", user.sample);
client.setRequestHandler("roots/list", user.roots);
await client.connect(
  transport({
    Http: StreamableHTTPClientTransport,
    Sse: SSEClientTransport,
    Stdio: StdioClientTransport,
  }),
);

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
  ...(await done(client, (params, options) => client.callTool(params, options))),
};
await client.close();
process.stdout.write(JSON.stringify(seen));
