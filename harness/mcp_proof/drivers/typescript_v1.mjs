// Drives the official TypeScript SDK v1 (`@modelcontextprotocol/sdk`).

import { allPages, asked, capabilities, load, perform, says } from "./driving.mjs";
import { provider, signing } from "./signing_in.mjs";

const SDK = "@modelcontextprotocol/sdk";
const { Client } = await load(`${SDK}/client/index.js`);
const types = await load(`${SDK}/types.js`);

const { UnauthorizedError } = await load(`${SDK}/client/auth.js`);

async function transport() {
  if (asked.server.length) {
    const { StdioClientTransport } = await load(`${SDK}/client/stdio.js`);
    const [command, ...args] = asked.server;
    return new StdioClientTransport({ command, args });
  }
  const url = new URL(asked.url);
  if (url.pathname.endsWith("/sse")) {
    const { SSEClientTransport } = await load(`${SDK}/client/sse.js`);
    return new SSEClientTransport(url, { authProvider: provider });
  }
  const { StreamableHTTPClientTransport } = await load(`${SDK}/client/streamableHttp.js`);
  return new StreamableHTTPClientTransport(url, { authProvider: provider });
}

let over;
const finish = (callback) => over.finishAuth(callback.get("code"));

// A server may refuse to end a session, or have lost it.
const ended = async () => over?.terminateSession?.().catch(() => {});

async function connected() {
  await ended(); // what was begun before the user had to sign in again
  const client = new Client(
    { name: "typescript-v1", version: "1.0.0" },
    { capabilities, enforceStrictCapabilities: true },
  );
  if (capabilities.elicitation)
    client.setRequestHandler(types.ElicitRequestSchema, says.elicitation);
  if (capabilities.sampling)
    client.setRequestHandler(types.CreateMessageRequestSchema, says.sampling);
  if (capabilities.roots) client.setRequestHandler(types.ListRootsRequestSchema, says.roots);
  over = await transport();
  await client.connect(over);
  return client;
}

async function closed() {
  await ended();
  await client.close();
}

const options = (wish, signal) => ({
  signal,
  ...(wish.timeout === undefined ? {} : { timeout: wish.timeout * 1000 }),
  ...(wish.progress ? { onprogress: () => {} } : {}),
});
const lists = {
  tools: (params) => client.listTools(params),
  resources: (params) => client.listResources(params),
  "resource-templates": (params) => client.listResourceTemplates(params),
  prompts: (params) => client.listPrompts(params),
};
const members = { "resource-templates": "resourceTemplates" };

const signed = signing(UnauthorizedError, finish);
let client = await signed(connected)();
const does = {
  reconnect: async () => {
    await closed();
    client = await connected();
  },
  list: ({ what }) => allPages(lists[what], members[what] ?? what),
  call: (wish, signal) => {
    const params = { name: wish.tool, arguments: wish.arguments ?? {} };
    return client.callTool(params, undefined, options(wish, signal));
  },
  read: (wish, signal) => client.readResource({ uri: wish.uri }, options(wish, signal)),
  "get-prompt": (wish) => client.getPrompt({ name: wish.prompt, arguments: wish.arguments }),
  complete: (wish) => client.complete({ ref: wish.ref, argument: wish.argument }),
  ping: () => client.ping(),
  "set-level": ({ level }) => client.setLoggingLevel(level),
  subscribe: ({ uri }) => client.subscribeResource({ uri }),
  unsubscribe: ({ uri }) => client.unsubscribeResource({ uri }),
  "change-roots": async ({ roots }) => {
    asked.user.roots = roots;
    await client.sendRootsListChanged();
  },
};
const kinds = Object.entries(does).map(([kind, act]) => [kind, signed(act)]);
await perform(Object.fromEntries(kinds));
await closed();
