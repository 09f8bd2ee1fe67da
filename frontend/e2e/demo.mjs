// A freshly started demo on a port that is free with its own data folder, and its logins.
// Everything it made is gone when it stops.

import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

const PATIENCE_IN_MS = 120_000;
const ROLES = ["requester", "agent", "administrator"];

/** Starts the demo. Answers with its address, the printed logins and a function that stops it. */
export async function startDemo() {
  const binary = process.env.DESKWRIGHT_BINARY;
  if (!binary) throw new Error("DESKWRIGHT_BINARY is not set: run cargo xtask test");
  const folder = await mkdtemp(join(tmpdir(), "deskwright-walk-"));
  const server = spawn(binary, ["demo"], {
    cwd: folder,
    env: { ...process.env, DESKWRIGHT_DATA: folder, DESKWRIGHT_LISTEN: "127.0.0.1:0" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let printed = "";
  server.stdout.on("data", (part) => (printed += part));
  server.stderr.on("data", (part) => (printed += part));
  let ended = false;
  const end = new Promise((resolve) => server.on("exit", () => { ended = true; resolve(); }));
  const stop = async () => {
    if (!ended) server.kill("SIGTERM");
    await end;
    await rm(folder, { recursive: true, force: true });
  };
  const began = Date.now();
  let url;
  while (!(url && Object.keys(loginsIn(printed)).length === ROLES.length && (await isReady(url)))) {
    if (ended || Date.now() - began > PATIENCE_IN_MS) {
      await stop();
      throw new Error(`the demo did not become ready; it said:\n${printed}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
    // It chooses the port itself and says which: one that we chose could be taken in between.
    url = printed.match(/^Deskwright is at (http\S+)$/m)?.[1];
  }
  return { url, stop, logins: loginsIn(printed), printed: () => printed };
}

async function isReady(url) {
  try {
    return (await fetch(`${url}/readyz`)).ok;
  } catch {
    return false;
  }
}

/** Lines such as `requester  maya@example.test  password  (Maya)` → { requester: { login, password } }. */
function loginsIn(printed) {
  const logins = {};
  for (const role of ROLES) {
    const words = printed.match(new RegExp(`^\\s*${role}\\s+(\\S+)\\s+(\\S+)`, "m"));
    if (words) logins[role] = { login: words[1], password: words[2] };
  }
  return logins;
}
