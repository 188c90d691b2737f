// What a driver is asked to do, and how it tells what came of it. Needs Node only.
//
//   const { asked, perform, load } = await import("./driving.mjs");
//
// `asked` has the members scenario, revision, url, server (the words of a command, over stdio),
// declares, user and wishes.

import { appendFileSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const file = process.env.MCP_PROOF_WISHES;
if (!file) {
  console.error("MCP_PROOF_WISHES names no file of wishes: run this by `mcp-proof judge -- ...`");
  process.exit(2);
}
export const asked = JSON.parse(readFileSync(file, "utf8"));
if (process.argv[2]) asked.url = process.argv[2];

// Loads a package from where the command is run: Node would look beside this file.
export function load(name) {
  const beside = createRequire(join(process.cwd(), "driver.mjs"));
  return import(pathToFileURL(beside.resolve(name)));
}

// The capabilities to declare; a dot leads to a part: "elicitation.url".
export const capabilities = {};
for (const name of asked.declares) {
  const [whole, ...parts] = name.split(".");
  const part = parts.join(".");
  capabilities[whole] ??= {};
  if (part) capabilities[whole][part] = part === "listChanged" ? true : {};
}

const pause = (seconds) => new Promise((done) => setTimeout(done, seconds * 1000));

// What the user, the model and the roots say when the server asks.
export const says = {
  elicitation: async () => {
    await pause(asked.user.seconds ?? 0);
    return asked.user.elicitation;
  },
  sampling: () => {
    if (asked.user.sampling === "reject")
      throw Object.assign(new Error("User rejected sampling request"), { code: -1 });
    return asked.user.sampling;
  },
  roots: () => {
    if (asked.user.roots === "fail") throw new Error("the roots cannot be listed");
    return { roots: asked.user.roots };
  },
};

function tell(number, outcome) {
  // Date.now() knows whole milliseconds alone, and would put it before the answer that led to it.
  const at = (performance.timeOrigin + performance.now()) / 1000;
  const line = { wish: number, ok: !("error" in outcome), at, ...outcome };
  appendFileSync(asked.outcomes, `${JSON.stringify(line)}\n`);
}

// `does` maps kinds of wishes to functions of a wish and of an AbortSignal.
async function one(wish, does) {
  const ending = new AbortController();
  const timer =
    wish.cancel_after === undefined
      ? undefined
      : setTimeout(() => ending.abort("no longer wanted"), wish.cancel_after * 1000);
  try {
    return { value: (await does[wish.do](wish, ending.signal)) ?? null };
  } catch (error) {
    return { error: `${error.name}: ${error.message}` };
  } finally {
    clearTimeout(timer);
  }
}

// Do all that is wished, one after the other; what this driver cannot do is left out.
export async function perform(does) {
  for (const [number, wish] of asked.wishes.entries()) {
    if (wish.do === "wait") await pause(wish.seconds);
    else if (wish.do === "together") await Promise.all(wish.wishes.map((each) => one(each, does)));
    else if (wish.do in does) tell(number, await one(wish, does));
  }
}

// The items of a list, page by page.
export async function allPages(ask, member) {
  const items = [];
  let cursor;
  do {
    const page = await ask(cursor === undefined ? {} : { cursor });
    items.push(...page[member]);
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  return items;
}
