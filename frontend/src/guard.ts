// Leaving a form with unsaved changes asks first. Composers keep drafts and need no question.

import { focusFirst } from "./keys";

/** Addresses that only take forms; what stands before them is the page of the record. */
const ONLY_FORMS = /\/(comment|follow|unfollow|link|unlink|child\/[^/]+|answer|feedback)$/;

/** The way back leads over a form that was refused: as a page that is asked for again, not sent again. */
function forgetRefused(): void {
  const [here] = performance.getEntriesByType("navigation") as PerformanceNavigationTiming[];
  if (here && [409, 422].includes(here.responseStatus)) {
    history.replaceState(history.state, "", location.pathname.replace(ONLY_FORMS, "") + location.search + location.hash);
  }
}

export function watchForms(): void {
  forgetRefused();
  // A page that is there for one form alone begins in it.
  focusFirst(document.querySelector("form[data-begin]"));
  const changed = new Set<HTMLFormElement>();
  document.addEventListener("input", (event) => {
    const form = (event.target as Element).closest<HTMLFormElement>("form[data-guard]");
    if (form) {
      changed.add(form);
    }
  });
  document.addEventListener("submit", (event) => changed.delete(event.target as HTMLFormElement));
  addEventListener("beforeunload", (event) => {
    const waiting = [...changed].some((form) => form.isConnected);
    if (waiting) {
      event.preventDefault();
    }
  });
}
