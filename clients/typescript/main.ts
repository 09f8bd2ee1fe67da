// The main job of an agent through the generated client: node generated/main.js ADDRESS TOKEN

import assert from "node:assert/strict";
import createClient from "openapi-fetch";
import type { components, paths } from "./generated/api.js";

const [address, token] = process.argv.slice(2);
assert(address && token, "usage: node generated/main.js ADDRESS TOKEN");

const client = createClient<paths>({
  baseUrl: `${address}/api/v1`,
  headers: { Authorization: `Bearer ${token}` },
});

/** What was answered, or the problem in its own words. */
function content<T>(answer: { data?: T; error?: components["schemas"]["Problem"] }): T {
  if (answer.data === undefined) throw new Error(answer.error?.detail ?? "no answer");
  return answer.data;
}

const me = content(await client.GET("/me"));
const created = content(
  await client.POST("/incident", { body: { title: "Label printer offline", requester: me.id, impact: 2, urgency: 2 } }),
);
const id = created.number;
assert(typeof id === "string" && id.startsWith("INC"), `a number, not ${id}`);

const path = { id };
content(await client.POST("/incident/{id}/comments", { params: { path }, body: { text: "The ribbon is torn." } }));
const resolved = content(
  await client.POST("/incident/{id}/actions/resolve", {
    params: { path },
    body: { fields: { resolution_code: "solution_provided", close_notes: "A new ribbon." } },
  }),
);
assert.equal(resolved.state, "resolved");

const page = content(
  await client.GET("/incident", { params: { query: { filter: `number:${id} state:resolved`, count: "exact" } } }),
);
assert.equal(page.count, 1);
assert.equal(page.records[0]?.title, "Label printer offline");

const timeline = content(await client.GET("/incident/{id}/timeline", { params: { path } }));
assert(JSON.stringify(timeline).includes("The ribbon is torn."));

const refused = await client.POST("/incident", { body: { title: null } });
assert.equal(refused.response.status, 422);
assert.equal(refused.error?.errors?.[0]?.field, "title");
assert(refused.error?.request_id);
console.log(`${id}: opened, commented, resolved and found by TypeScript`);
