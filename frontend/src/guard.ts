// Leaving a form with unsaved changes asks first. Composers keep drafts and need no question.

export function watchForms(): void {
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
