// A walk through the product as its people go: a requester reports, an agent picks up, asks and
// resolves, the requester answers and confirms. Found by roles and names, as a screen reader would.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { DESKTOP, PHONE, findings, person, startBrowser } from "./browser.mjs";
import { startDemo } from "./demo.mjs";
import * as steps from "./steps.mjs";

let demo;
let browser;

before(async () => {
  demo = await startDemo();
  browser = await startBrowser();
});

after(async () => {
  await browser?.close();
  await demo?.stop();
});

/** Signs somebody in, in a browser of their own. */
async function enter(role, options = {}) {
  const somebody = await person(browser, { url: demo.url, ...options });
  assert.ok(demo.logins[role], `the demo printed no login for the ${role}:\n${demo.printed()}`);
  await steps.signIn(somebody.page, demo.logins[role]);
  return somebody;
}

async function wholeStory(options) {
  const title = `Scanner shows "no host" ${options.viewport.width} ${options.javaScript ?? true}`;
  const requester = await enter("requester", options);
  const agent = await enter("agent", options.agent ?? options);

  const number = await steps.report(requester.page, title);
  await steps.pickUp(agent.page, number);
  await steps.ask(agent.page, number, "Which number is below the barcode?");
  await steps.seeQuestion(requester.page, number, "Which number is below the barcode?");
  await steps.answer(requester.page, number, "It says 4711.");
  await steps.seeAnswer(agent.page, number, "It says 4711.");
  await steps.sendPhotos(requester.page, number);
  await steps.seePhoto(agent.page, number);
  await steps.resolve(agent.page, number, "The scanner was registered anew.");
  await steps.confirm(requester.page, number);
  await steps.seeClosed(agent.page, number);

  assert.deepEqual([...requester.problems, ...agent.problems], [], "pages reported problems");
  await requester.close();
  await agent.close();
}

test("the whole story on a desktop", () => wholeStory({ viewport: DESKTOP }));

test("the whole story on a phone", () => wholeStory({ viewport: PHONE }));

test("the requester's part without JavaScript", () =>
  wholeStory({ viewport: PHONE, javaScript: false, agent: { viewport: DESKTOP } }));

test("the whole story without JavaScript", () => wholeStory({ viewport: DESKTOP, javaScript: false }));

test("a resolved request is taken up again", async () => {
  const requester = await enter("requester");
  const agent = await enter("agent");
  const number = await steps.report(requester.page, "The scanner fails again");
  await steps.pickUp(agent.page, number);
  await steps.resolve(agent.page, number, "It was restarted.");
  await steps.reopen(requester.page, number, "It fails again.");
  await steps.seeState(agent.page, number, "incident-state-in-progress");
  assert.deepEqual([...requester.problems, ...agent.problems], []);
  await requester.close();
  await agent.close();
});

for (const scheme of ["light", "dark"]) {
  for (const [size, viewport] of [["desktop", DESKTOP], ["phone", PHONE]]) {
    test(`axe finds nothing, ${scheme}, ${size}`, async () => {
      const stranger = await person(browser, { url: demo.url, viewport, scheme });
      const requester = await enter("requester", { viewport, scheme });
      const agent = await enter("agent", { viewport, scheme });
      const found = [];
      const look = async ({ page }, name, path) => {
        if (path) await page.goto(path);
        found.push(...(await findings(page)).map((finding) => `${name}: ${finding}`));
      };
      await look(stranger, "sign-in", "/sign-in");
      for (const [name, path] of await steps.requesterPages(requester.page)) await look(requester, name, path);
      for (const [name, path] of await steps.agentPages(agent.page)) await look(agent, name, path);
      assert.deepEqual(found, []);
      for (const somebody of [stranger, requester, agent]) await somebody.close();
    });
  }
}

test("a page that does not exist says so and is accessible", async () => {
  const agent = await enter("agent");
  const response = await agent.page.goto("/incident/INC9999999");
  assert.equal(response.status(), 404);
  assert.deepEqual(await findings(agent.page), []);
  await agent.close();
});
