// Generates clients from the document that a running demo serves, and lets them do the main job there.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import { startDemo } from "../frontend/e2e/demo.mjs";

const HERE = dirname(fileURLToPath(import.meta.url));
const PROGRAMS = process.env.DESKWRIGHT_TEST_PYTHON;
const PATIENCE_IN_MS = process.env.DESKWRIGHT_TEST_ALL_OPERATIONS ? 3_600_000 : 300_000;

let demo;
let token;
let documents;

/** Runs a program to its end. Where it fails, what it said is the failure. */
async function run(folder, program, ...words) {
  const options = { cwd: join(HERE, folder), timeout: PATIENCE_IN_MS, maxBuffer: 64 * 1024 * 1024 };
  options.env = { ...process.env, NO_COLOR: "1", PYTHONDONTWRITEBYTECODE: "1" };
  try {
    const { stdout, stderr } = await promisify(execFile)(program, words, options);
    return stdout + stderr;
  } catch (error) {
    throw new Error(`${program} ${words.join(" ")}\n${error.stdout ?? ""}${error.stderr ?? ""}${error.message}`);
  }
}

/** A token of the demo's agent or administrator, made as a person makes one. */
async function mint({ login, password }, scopes) {
  const send = async (path, body, headers) => {
    const answer = await fetch(`${demo.url}/api/v1${path}`, {
      method: "POST",
      headers: { "Content-Type": "application/json", ...headers },
      body: JSON.stringify(body),
    });
    assert(answer.ok, `${path}: ${answer.status} ${await answer.clone().text()}`);
    return answer;
  };
  const session = await send("/sign-in", { login, password });
  const { csrf } = await session.json();
  const cookie = session.headers.getSetCookie()[0].split(";")[0];
  const minted = await send("/tokens", { name: "Generated client", scopes }, { Cookie: cookie, "X-CSRF-Token": csrf });
  return (await minted.json()).token;
}

/** The document as that person sees it, in a file. */
async function keepDocument(name, bearer) {
  const answer = await fetch(`${demo.url}/api/v1/openapi.json`, { headers: { Authorization: `Bearer ${bearer}` } });
  assert.equal(answer.status, 200);
  const path = join(documents, `${name}.json`);
  await writeFile(path, await answer.text());
  return path;
}

before(async () => {
  assert(PROGRAMS, "DESKWRIGHT_TEST_PYTHON is not set: run cargo xtask test");
  demo = await startDemo();
  documents = join(HERE, "generated");
  await mkdir(documents, { recursive: true });
  token = await mint(demo.logins.agent, ["*:read", "*:write"]);
});

after(async () => {
  await demo?.stop();
});

test("a TypeScript client is generated, compiles and does the main job", async () => {
  const document = await keepDocument("agent", token);
  await rm(join(HERE, "typescript/generated"), { recursive: true, force: true });
  await mkdir(join(HERE, "typescript/generated"));
  // What has a default need not be sent.
  const generator = "node_modules/openapi-typescript/bin/cli.js";
  await run("typescript", "node", generator, document, "--default-non-nullable=false", "-o", "generated/api.d.ts");
  await run("typescript", "node", "node_modules/typescript/bin/tsc");
  const said = await run("typescript", "node", "generated/main.js", demo.url, token);
  assert.match(said, /INC\d+: opened, commented, resolved and found/);
});

test("a Python client is generated, passes its type checker and does the main job", async () => {
  const document = await keepDocument("agent", token);
  const program = (name) => join(PROGRAMS, name);
  const said = await run(
    "python", program("openapi-python-client"),
    "generate", "--path", document, "--config", "config.yaml", "--output-path", "generated", "--overwrite", "--meta", "none",
  );
  assert.doesNotMatch(said, /WARNING|Unable to process|Cannot parse/, said);
  await run("python", program("mypy"), "--follow-imports=silent", "main.py");
  const did = await run("python", program("python"), "main.py", demo.url, token);
  assert.match(did, /INC\d+: opened, commented, resolved and found/);
});

// All operations take minutes; one type stands for the others, which are described by the same code.
const whole = Boolean(process.env.DESKWRIGHT_TEST_ALL_OPERATIONS);
const SOME = "^/(incident|jobs|people|records|search|set-up|settings|similar|types|verify)";

test("whatever is sent, no answer is a failure, and each is as the document says", async () => {
  const bearer = await mint(demo.logins.administrator, ["*:read", "*:write", "*:admin"]);
  const document = await keepDocument("administrator", bearer);
  const said = await run(
    "generated", join(PROGRAMS, "schemathesis"), "run", document,
    "--url", `${demo.url}/api/v1`, "--header", `Authorization: Bearer ${bearer}`,
    "--phases", whole ? "examples,coverage,fuzzing" : "examples,coverage", "--max-examples", whole ? "20" : "1",
    "--checks", "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance",
    // What ends the session or the token that the others need.
    "--exclude-path-regex", "^/(sign-out|sessions|tokens|me/)",
    ...(whole ? [] : ["--include-path-regex", SOME]),
    "--generation-deterministic", "--suppress-health-check=all", "--continue-on-failure", "--no-color",
  );
  const passed = [...said.matchAll(/(\d+) passed/g)].map((it) => Number(it[1]));
  assert(Math.max(...passed) > 60, `too few operations were tried:\n${said}`);
});
