// Leaving a form with unsaved changes asks first. Composers keep drafts and need no question.

import { focusFirst } from "./keys";

export function watchForms(): void {
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
