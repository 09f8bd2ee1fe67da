// Chromium as a person has it, without the things that browsers do on their own.

import { createRequire } from "node:module";
import { readFile } from "node:fs/promises";
import { chromium } from "playwright-core";

const ARGUMENTS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export const DESKTOP = { width: 1440, height: 900 };
export const PHONE = { width: 390, height: 844 };

const axeSource = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

export function startBrowser() {
  return chromium.launch({
    executablePath: process.env.DESKWRIGHT_CHROMIUM ?? "/usr/bin/chromium",
    headless: true,
    args: ARGUMENTS,
  });
}

/** A person's own browser: no cookies of others. Problems in its pages are kept in `problems`. */
export async function person(browser, { url, viewport = DESKTOP, javaScript = true, scheme = "light" }) {
  const context = await browser.newContext({
    baseURL: url,
    viewport,
    javaScriptEnabled: javaScript,
    colorScheme: scheme,
    reducedMotion: "reduce",
    hasTouch: viewport.width < 600,
    // Axe is put into the page by us; the page's own policy is checked by the server's tests.
    bypassCSP: false,
  });
  // Only a bound: a busy machine must not fail a walk that gets there.
  context.setDefaultTimeout(60_000);
  const page = await context.newPage();
  const problems = [];
  page.on("pageerror", (error) => problems.push(`${page.url()}: ${error.message}`));
  page.on("console", (message) => {
    if (message.type() === "error") problems.push(`${page.url()}: ${message.text()} ${message.location().url}`);
  });
  return { context, page, problems, close: () => context.close() };
}

/** What axe finds in the page as it is now: one line each, empty when all is well. */
export async function findings(page) {
  // evaluate() goes through the debugger, so the page's policy need not be weakened for it.
  await page.evaluate(axeSource);
  const found = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ["violations"] }));
  return found.violations.flatMap((violation) =>
    violation.nodes.map((node) => `${violation.id} (${violation.impact}): ${node.target.join(" ")} – ${violation.help}`),
  );
}
