// The official library for the tasks extension, on the TypeScript SDK v2 (2026-07-28).
// Reads the URL, prints what its user saw; both are JSON.

import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { createTaskSessionFromClient } from "@modelcontextprotocol/ext-tasks/client";

const { url } = (await import(process.argv[1])).plan;

const clientInfo = { name: "ext-tasks", version: "1.0.0" };
const clientCapabilities = { elicitation: {} };
const client = new Client(clientInfo, {
  capabilities: clientCapabilities,
  versionNegotiation: { mode: "auto" },
});
await client.connect(new StreamableHTTPClientTransport(new URL(url)));
const protocolVersion = client.getNegotiatedProtocolVersion();

// The library leaves the way of task messages to its host: one POST each.
let id = 0;
async function rawDispatch({ method, params }) {
  const response = await fetch(url, {
    method: "POST",
    headers: {
      "Content-Type": "application/json",
      Accept: "application/json, text/event-stream",
      "MCP-Protocol-Version": protocolVersion,
      "Mcp-Method": method,
      "Mcp-Name": params.name ?? params.taskId,
    },
    body: JSON.stringify({ jsonrpc: "2.0", id: `raw-${++id}`, method, params }),
  });
  const { result, error } = await response.json();
  return error === undefined ? { kind: "result", result } : { kind: "error", error };
}

const asked = [];
const session = createTaskSessionFromClient(client, {
  endpointId: "mock",
  rawDispatch,
  v2RequestFraming: { protocolVersion, clientInfo, clientCapabilities },
  onInputRequest: async ({ params }, { delivery }) => {
    asked.push([delivery, params.message]);
    return { action: "accept", content: { name: "Ada", confirm: true } };
  },
});

async function run(name, args) {
  const execution = await session.callTool(name, args);
  const statuses = [];
  const { outcome } = await execution.settle({
    onEvent: (event) => event.type === "task" && statuses.push(event.task.status),
  });
  const { status, result, error } = outcome;
  return { kind: execution.kind, statuses, status, result, error: error?.code };
}

const calls = {
  greet: await run("greet", { name: "Ada" }),
  slow_compute: await run("slow_compute", { seconds: 1, label: "six" }),
  failing_job: await run("failing_job", {}),
  protocol_error_job: await run("protocol_error_job", {}),
  multi_input: await run("multi_input", {}),
  test_tool_with_task: await run("test_tool_with_task", {}),
};
const long = await session.callTool("slow_compute", {});
await long.cancel();
const { outcome } = await long.settle();
await session.close();
await client.close();
process.stdout.write(JSON.stringify({ protocolVersion, calls, cancelled: outcome.status, asked }));
