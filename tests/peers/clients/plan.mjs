// What the drivers on Node have in common: a plan comes in, what was seen goes out, as JSON.

import { readFileSync } from "node:fs";

export const plan = JSON.parse(readFileSync(0, "utf8"));
const asked = [];
const progress = {};

export const capabilities = { elicitation: {}, sampling: {}, roots: {} };

// The user who is asked.
export const user = {
  elicit({ params }) {
    asked.push(params.message);
    return { action: "accept", content: { name: "Ada" } };
  },
  sample({ params }) {
    asked.push(params.messages[0].content.text);
    return { role: "assistant", content: { type: "text", text: "Something." }, model: "scripted" };
  },
  roots() {
    asked.push("roots");
    return { roots: [{ uri: "file:///project" }] };
  },
};

export function transport({ Http, Sse, Stdio }) {
  if (plan.transport === "http") return new Http(new URL(plan.url));
  if (plan.transport === "sse") return new Sse(new URL(plan.url));
  const [command, ...args] = plan.command;
  return new Stdio({ command, args });
}

async function each(names, run) {
  const seen = {};
  for (const name of names) {
    for (let n = plan.times?.[name] ?? 1; n > 0; n -= 1) seen[name] = await run(name);
  }
  return seen;
}

async function called(name, callTool) {
  const onprogress = ({ progress: done, total }) => {
    (progress[name] ??= []).push([done, total]);
  };
  try {
    return await callTool({ name, arguments: plan.calls[name] }, { onprogress });
  } catch (error) {
    if (!Number.isInteger(error.code)) throw error;
    return { error: { code: error.code, message: error.message } };
  }
}

// Does what the plan says, and returns what came of it.
export async function done(client, callTool) {
  return {
    calls: await each(Object.keys(plan.calls), (name) => called(name, callTool)),
    reads: await each(plan.reads, (uri) => client.readResource({ uri })),
    gets: await each(Object.keys(plan.gets), (name) =>
      client.getPrompt({ name, arguments: plan.gets[name] }),
    ),
    asked,
    progress,
  };
}
