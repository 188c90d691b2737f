// The official TypeScript SDK v1 as a client that runs tools as tasks (2025-11-25).
// Reads the URL, prints what its user saw; both are JSON.

import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import {
  CallToolResultSchema,
  CreateTaskResultSchema,
  ElicitRequestSchema,
  TaskStatusNotificationSchema,
} from "@modelcontextprotocol/sdk/types.js";

const { url } = (await import(process.argv[1])).plan;

const told = {};
const asked = [];
const client = new Client(
  { name: "typescript-v1", version: "1.0.0" },
  { capabilities: { elicitation: {} } },
);
client.setRequestHandler(ElicitRequestSchema, ({ params }) => {
  asked.push(params._meta["io.modelcontextprotocol/related-task"].taskId);
  return { action: "accept", content: { confirm: true } };
});
client.setNotificationHandler(TaskStatusNotificationSchema, ({ params }) => {
  (told[params.taskId] ??= []).push(params.status);
});
await client.connect(new StreamableHTTPClientTransport(new URL(url)));
await client.listTools();
const tasks = client.experimental.tasks;

async function run(name, args) {
  const seen = { statuses: [] };
  const options = { task: { ttl: 30_000 } };
  for await (const message of tasks.callToolStream({ name, arguments: args }, CallToolResultSchema, options)) {
    if (message.type === "taskCreated") seen.task = message.task;
    if (message.type === "taskStatus") seen.statuses.push(message.task.status);
    if (message.type === "result") seen.result = message.result;
    if (message.type === "error") seen.error = { code: message.error.code, message: message.error.message };
  }
  return seen;
}

const seen = {
  calls: {
    slow_compute: await run("slow_compute", { seconds: 1, label: "six" }),
    failing_job: await run("failing_job", {}),
    protocol_error_job: await run("protocol_error_job", {}),
    confirm_delete: await run("confirm_delete", { filename: "notes.txt" }),
    greet: await run("greet", { name: "Ada" }),
  },
};
const long = await client.request(
  { method: "tools/call", params: { name: "slow_compute", arguments: {}, task: {} } },
  CreateTaskResultSchema,
);
seen.cancelled = await tasks.cancelTask(long.task.taskId);
seen.listed = (await tasks.listTasks()).tasks.map(({ taskId, status }) => [taskId, status]);
await client.close();
process.stdout.write(JSON.stringify({ ...seen, told, asked }));
