// Drives the official TypeScript SDK v2 (`@modelcontextprotocol/client`).

import { asked, capabilities, load, perform, says } from "./driving.mjs";
import { provider, signing } from "./signing_in.mjs";

const SDK = "@modelcontextprotocol/client";
const { Client, SSEClientTransport, StreamableHTTPClientTransport, UnauthorizedError } =
  await load(SDK);

async function transport() {
  if (asked.server.length) {
    const { StdioClientTransport } = await load(`${SDK}/stdio`);
    const [command, ...args] = asked.server;
    return new StdioClientTransport({ command, args });
  }
  const url = new URL(asked.url);
  const older = url.pathname.endsWith("/sse");
  const Transport = older ? SSEClientTransport : StreamableHTTPClientTransport;
  return new Transport(url, { authProvider: provider });
}

// This SDK has no tasks in calls of tools, so nobody would declare that it does.
delete capabilities.extensions?.["io.modelcontextprotocol/tasks"];

let over;
const finish = (callback) => over.finishAuth(callback);
// A server on a pipe that says nothing is one of an earlier revision.
const versionNegotiation = { mode: "auto", probe: { timeoutMs: 3000 } };

// A server may refuse to end a session, or have lost it.
const ended = async () => over?.terminateSession?.().catch(() => {});

async function connected() {
  await ended(); // what was begun before the user had to sign in again
  const client = new Client(
    { name: "typescript-v2", version: "1.0.0" },
    { capabilities, enforceStrictCapabilities: true, versionNegotiation },
  );
  if (capabilities.elicitation) client.setRequestHandler("elicitation/create", says.elicitation);
  if (capabilities.sampling) client.setRequestHandler("sampling/createMessage", says.sampling);
  if (capabilities.roots) client.setRequestHandler("roots/list", says.roots);
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
// Asked for no page in particular, this client's lists are of all pages.
const lists = {
  tools: async () => (await client.listTools()).tools,
  resources: async () => (await client.listResources()).resources,
  "resource-templates": async () => (await client.listResourceTemplates()).resourceTemplates,
  prompts: async () => (await client.listPrompts()).prompts,
};

// What is heard goes to the handlers of the client, whichever subscription it is of.
const subscriptions = new Map();

const signed = signing(UnauthorizedError, finish);
let client = await signed(connected)();
const does = {
  reconnect: async () => {
    subscriptions.clear();
    await closed();
    client = await connected();
  },
  list: ({ what }) => lists[what](),
  call: (wish, signal) => {
    const params = { name: wish.tool, arguments: wish.arguments ?? {} };
    return client.callTool(params, options(wish, signal));
  },
  read: (wish, signal) => client.readResource({ uri: wish.uri }, options(wish, signal)),
  "get-prompt": (wish) => client.getPrompt({ name: wish.prompt, arguments: wish.arguments }),
  complete: (wish) => client.complete({ ref: wish.ref, argument: wish.argument }),
  ping: () => client.ping(),
  "set-level": ({ level }) => client.setLoggingLevel(level),
  "change-roots": async ({ roots }) => {
    asked.user.roots = roots;
    await client.sendRootsListChanged();
  },
  subscribe: ({ uri }) => client.subscribeResource({ uri }),
  unsubscribe: ({ uri }) => client.unsubscribeResource({ uri }),
  listen: async ({ name, notifications }) => {
    subscriptions.set(name, await client.listen(notifications));
  },
  "stop-listening": ({ name }) => subscriptions.get(name).close(),
};
const kinds = Object.entries(does).map(([kind, act]) => [kind, signed(act)]);
await perform(Object.fromEntries(kinds));
await closed();
