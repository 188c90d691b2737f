// The official TypeScript SDK v1 as a client that runs tools as tasks (2025-11-25).
// Arguments: the folder of the node modules, the URL. Output: what its user saw, as JSON.

const [modules, url] = process.argv.slice(2);
const sdk = `${modules}/@modelcontextprotocol/sdk/dist/esm`;
const { Client } = await import(`${sdk}/client/index.js`);
const { StreamableHTTPClientTransport } = await import(`${sdk}/client/streamableHttp.js`);
const { CallToolResultSchema, ElicitRequestSchema, TaskStatusNotificationSchema } = await import(
  `${sdk}/types.js`
);

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
  (await import(`${sdk}/types.js`)).CreateTaskResultSchema,
);
seen.cancelled = await tasks.cancelTask(long.task.taskId);
seen.listed = (await tasks.listTasks()).tasks.map(({ taskId, status }) => [taskId, status]);
await client.close();
process.stdout.write(JSON.stringify({ ...seen, told, asked }));
