// A freshly started demo on a free port with its own data folder, and its logins.
// Everything it made is gone when it stops.

import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

const PATIENCE_IN_MS = 120_000;

/** Starts the demo. Answers with its address, the printed logins and a function that stops it. */
export async function startDemo() {
  const binary = process.env.DESKWRIGHT_BINARY;
  if (!binary) throw new Error("DESKWRIGHT_BINARY is not set: run cargo xtask test");
  const folder = await mkdtemp(join(tmpdir(), "deskwright-walk-"));
  const address = `127.0.0.1:${await freePort()}`;
  const server = spawn(binary, ["demo"], {
    cwd: folder,
    env: { ...process.env, DESKWRIGHT_DATA: folder, DESKWRIGHT_LISTEN: address },
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
  const url = `http://${address}`;
  const began = Date.now();
  while (!(await isReady(url))) {
    if (ended || Date.now() - began > PATIENCE_IN_MS) {
      await stop();
      throw new Error(`the demo did not become ready; it said:\n${printed}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
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
  for (const role of ["requester", "agent", "administrator"]) {
    const words = printed.match(new RegExp(`^\\s*${role}\\s+(\\S+)\\s+(\\S+)`, "m"));
    if (words) logins[role] = { login: words[1], password: words[2] };
  }
  return logins;
}

function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.on("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}
