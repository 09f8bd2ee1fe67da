// Pictures of the main pages, on a desktop and on a phone, in light and in dark.
// node screenshots.mjs FOLDER

import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { DESKTOP, PHONE, person, startBrowser } from "./browser.mjs";
import { startDemo } from "./demo.mjs";
import * as steps from "./steps.mjs";

const folder = process.argv[2] ?? "screenshots";
await mkdir(folder, { recursive: true });

const demo = await startDemo();
const browser = await startBrowser();
try {
  for (const scheme of ["light", "dark"]) {
    for (const [size, viewport] of [["desktop", DESKTOP], ["phone", PHONE]]) {
      const take = async ({ page }, name, path) => {
        if (path) await page.goto(path);
        await page.screenshot({ path: join(folder, `${name}-${size}-${scheme}.png`) });
      };
      const stranger = await person(browser, { url: demo.url, viewport, scheme });
      await take(stranger, "sign-in", "/sign-in");
      for (const [role, pages] of [["requester", steps.requesterPages], ["agent", steps.agentPages]]) {
        const somebody = await person(browser, { url: demo.url, viewport, scheme });
        await steps.signIn(somebody.page, demo.logins[role]);
        for (const [name, path] of await pages(somebody.page)) await take(somebody, name, path);
        await somebody.close();
      }
      await stranger.close();
    }
  }
} finally {
  await browser.close();
  await demo.stop();
}
