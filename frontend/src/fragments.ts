// Parts of pages that the server sends alone, by htmx. The policy forbids eval: markup must
// not use hx-on, js: values or event filters.

import htmx from "htmx.org";

interface RequestContext {
  ctx: { request: { headers: Record<string, string> } };
}

document.addEventListener("htmx:config:request", (event) => {
  const token = document.querySelector<HTMLMetaElement>('meta[name="csrf-token"]')?.content;
  const { request } = (event as CustomEvent<RequestContext>).detail.ctx;
  if (token) {
    request.headers["X-CSRF-Token"] = token;
  }
});

// A server that cannot be reached must not look like a button that does nothing.
document.addEventListener("htmx:error", () => {
  document.documentElement.toggleAttribute("data-offline", !navigator.onLine);
});

export { htmx };
