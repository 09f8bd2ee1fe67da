// What people do, one function each. Everything is found by role and name.

import assert from "node:assert/strict";
import { say, within, words } from "./words.mjs";

/** Presses a button that sends something and waits for the answer: what comes next must not cut it off. */
async function send(page, button) {
  const answered = page.waitForResponse((response) => response.request().method() === "POST");
  await Promise.all([answered, button.click()]);
}

/** Signs in and waits for the first page. */
export async function signIn(page, { login, password }) {
  await page.goto("/sign-in");
  await page.getByLabel(say("sign-in-login")).fill(login);
  await page.getByLabel(say("sign-in-password")).fill(password);
  await send(page, page.getByRole("button", { name: say("sign-in-title") }));
  await page.waitForURL((url) => !url.pathname.startsWith("/sign-in"));
}

/** A requester reports a fault. Answers with its number. */
export async function report(page, title) {
  await page.goto("/portal");
  await page.getByRole("link", { name: within("portal-incident-title") }).first().click();
  await page.getByRole("heading", { level: 1, name: say("portal-incident-title") }).waitFor();
  await page.getByLabel(within("incident-ask-title", "incident-title", "field-title")).fill(title);
  await send(page, page.getByRole("button", { name: say("portal-incident-send") }));
  await page.getByRole("heading", { level: 1, name: title }).waitFor();
  const number = new URL(page.url()).pathname.split("/").pop();
  assert.match(number, /^INC\d{7,}$/);
  await seeStep(page, number, "portal-step-received");
  return number;
}

/** An agent takes the incident. */
export async function pickUp(page, number) {
  await page.goto(`/incident/${number}`);
  // On a phone the facts are a tab of their own.
  const facts = page.getByRole("link", { name: say("record-facts") });
  if (await facts.isVisible()) await facts.click();
  await send(page, page.getByRole("button", { name: say("record-assign-me") }));
  await page.goto(`/incident/${number}`);
  await send(page, page.getByRole("button", { name: say("incident-transition-start") }));
  await seeState(page, number, "incident-state-in-progress");
}

/** An agent asks the requester and puts the incident on hold until the answer comes. */
export async function ask(page, number, question) {
  await page.goto(`/incident/${number}`);
  await page.getByRole("button", { name: say("incident-transition-hold") }).click();
  const dialog = page.getByRole("dialog", { name: say("incident-transition-hold") });
  await dialog.getByLabel(within("incident-hold-reason")).selectOption({ label: words("incident-hold-reason-requester") });
  await dialog.getByLabel(within("step-comment")).fill(question);
  await send(page, dialog.getByRole("button", { name: say("incident-transition-hold") }));
  await seeState(page, number, "incident-state-on-hold");
}

/** The requester sees the question as a banner. */
export async function seeQuestion(page, number, question) {
  await page.goto(`/portal/incident/${number}`);
  await page.getByText(say("portal-needs-answer")).first().waitFor();
  await page.getByText(question).first().waitFor();
}

/** The requester answers, and work goes on. */
export async function answer(page, number, text) {
  await page.goto(`/portal/incident/${number}`);
  await page.getByRole("textbox", { name: say("portal-your-answer") }).fill(text);
  await send(page, page.getByRole("button", { name: say("composer-send") }));
  await page.getByText(text).first().waitFor();
  await seeStep(page, number, "portal-step-in-work");
}

// A picture of one dot.
const DOT = Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==", "base64");

/** The requester sends a photo without a word, and thinks better of it with a second one. */
export async function sendPhotos(page, number) {
  for (const name of ["label.png", "cable.png"]) {
    await page.goto(`/portal/incident/${number}`);
    await page.getByLabel(say("files-add")).setInputFiles({ name, mimeType: "image/png", buffer: DOT });
    await send(page, page.getByRole("button", { name: say("composer-send") }));
    await page.getByRole("link", { name }).first().waitFor();
  }
  await page.goto(`/portal/incident/${number}`);
  // By keyboard: on a phone the answer's field may lie over the end of the page.
  await page.locator("summary", { hasText: words("files-title") }).press("Enter");
  const file = page.locator(".files.list li", { hasText: "cable.png" });
  await file.getByRole("link", { name: within("files-remove") }).press("Enter");
  await send(page, page.getByRole("button", { name: say("files-remove-do") }));
  await page.goto(`/portal/incident/${number}`);
  await page.getByRole("link", { name: "label.png" }).first().waitFor();
  assert.equal(await page.getByRole("link", { name: "cable.png" }).count(), 0);
}

/** The agent sees the picture that is still there, and may fetch it. */
export async function seePhoto(page, number) {
  await page.goto(`/incident/${number}`);
  const picture = page.locator(".timeline .file img");
  await picture.scrollIntoViewIfNeeded();
  assert.equal(await picture.count(), 1);
  const answer = await page.request.get(new URL(await picture.getAttribute("src"), page.url()).href);
  assert.deepEqual(await answer.body(), DOT);
}

/** The agent reads the answer, and the incident is in progress again by itself. */
export async function seeAnswer(page, number, text) {
  await seeState(page, number, "incident-state-in-progress");
  await page.getByText(text).first().waitFor();
}

/** The agent resolves. */
export async function resolve(page, number, notes) {
  await page.goto(`/incident/${number}`);
  await page.getByRole("button", { name: say("incident-transition-resolve") }).click();
  const dialog = page.getByRole("dialog", { name: say("incident-transition-resolve") });
  await dialog.getByLabel(within("incident-resolution-code")).selectOption({ index: 1 });
  await dialog.getByLabel(within("incident-close-notes")).fill(notes);
  await send(page, dialog.getByRole("button", { name: say("incident-transition-resolve") }));
  await seeState(page, number, "incident-state-resolved");
}

/** The requester confirms that it works. */
export async function confirm(page, number) {
  await page.goto(`/portal/incident/${number}`);
  await page.getByText(say("portal-solved")).waitFor();
  await send(page, page.getByRole("button", { name: say("portal-confirm") }));
  await seeStep(page, number, "portal-step-done");
}

/** The requester says that it does not work. */
export async function reopen(page, number, text) {
  await page.goto(`/portal/incident/${number}`);
  await page.getByText(say("portal-reopen")).first().click();
  await page.getByLabel(within("portal-reopen-why")).fill(text);
  await send(page, page.getByRole("button", { name: say("portal-reopen") }).last());
  await seeStep(page, number, "portal-step-in-work");
}

/** The agent sees it closed. */
export async function seeClosed(page, number) {
  await seeState(page, number, "incident-state-closed");
}

/** The record's page shows that state. */
export async function seeState(page, number, key) {
  await page.goto(`/incident/${number}`);
  await page.locator("form.transitions").getByText(say(key)).waitFor();
}

async function seeStep(page, number, key) {
  await page.goto(`/portal/incident/${number}`);
  const steps = page.getByRole("list", { name: say("portal-progress") });
  await steps.locator("[aria-current=step]").getByText(within(key)).waitFor();
}

/** The requesters' main pages: name and address. */
export async function requesterPages(page) {
  await page.goto("/portal/requests");
  const first = page.locator("ul.requests a").first();
  const request = await first.getAttribute("href");
  return [
    ["portal", "/portal"],
    ["portal-requests", "/portal/requests"],
    ["portal-request", request],
    ["portal-report", "/portal/new/incident"],
  ];
}

/** The agents' main pages: name and address. */
export async function agentPages(page) {
  await page.goto("/incident");
  const record = await page.locator("table.records tbody .col-title a").first().getAttribute("href");
  return [
    ["home", "/"],
    ["list", "/incident"],
    ["record", record],
    ["create", "/incident/new"],
    ["bulk-fields", "/incident/bulk?bulk-all=1&bulk-q=&bulk-act=change"],
    ["bulk-values", "/incident/bulk?bulk-all=1&bulk-q=&bulk-act=change&bulk-field=impact"],
    ["bulk-runs", "/bulk"],
    ["knowledge", "/knowledge_article"],
  ];
}
