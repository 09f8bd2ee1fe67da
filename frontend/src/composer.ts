// A draft survives a closed tab and an ended session. One draft per record and reader; it goes when the page
// that follows says that it was sent.

const PREFIX = "draft:";
const MONTH = 30 * 24 * 60 * 60 * 1000;

interface Draft {
  text: string;
  choice: string | null;
  at: number;
  /** Whether it was on its way when the page was left. */
  sent?: boolean;
}

export function watchComposers(): void {
  forgetOldDrafts();
  const forms = document.querySelectorAll<HTMLFormElement>("form[data-composer]");
  forms.forEach((form) => {
    const area = form.querySelector("textarea");
    if (area) {
      watch(form, area);
    }
  });
}

function watch(form: HTMLFormElement, area: HTMLTextAreaElement): void {
  const key = draftKey(form);
  if (read(key)?.sent && document.querySelector("#toasts .toast.done")) {
    localStorage.removeItem(key);
  }
  // What the server sent back, as after a refusal, is newer than the draft.
  if (area.value === "") {
    restore(form, area, key);
  }
  form.addEventListener("input", () => keep(form, area, key));
  form.addEventListener("submit", () => keep(form, area, key, true));
  area.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      form.requestSubmit();
    }
  });
}

function draftKey(form: HTMLFormElement): string {
  const record = form.closest<HTMLElement>("[data-record]")?.dataset["record"] ?? location.pathname;
  const reader = document.querySelector<HTMLMetaElement>('meta[name="reader"]')?.content ?? "";
  return `${PREFIX}${reader}:${record}`;
}

function restore(form: HTMLFormElement, area: HTMLTextAreaElement, key: string): void {
  const draft = read(key);
  if (!draft) {
    return;
  }
  area.value = draft.text;
  // A private thought must not come back as a public reply.
  const radio = choices(form).find((candidate) => candidate.value === draft.choice);
  if (radio) {
    radio.checked = true;
  }
}

function keep(form: HTMLFormElement, area: HTMLTextAreaElement, key: string, sent = false): void {
  if (area.value.trim() === "") {
    localStorage.removeItem(key);
    return;
  }
  const choice = choices(form).find((radio) => radio.checked)?.value ?? null;
  const draft: Draft = { text: area.value, choice, at: Date.now(), sent };
  try {
    localStorage.setItem(key, JSON.stringify(draft));
  } catch {
    // A full store only costs the draft, never the message on the screen.
  }
}

function choices(form: HTMLFormElement): HTMLInputElement[] {
  return [...form.querySelectorAll<HTMLInputElement>('input[type="radio"][name="visibility"]')];
}

function read(key: string): Draft | null {
  try {
    return JSON.parse(localStorage.getItem(key) ?? "null") as Draft | null;
  } catch {
    return null;
  }
}

function forgetOldDrafts(): void {
  const keys = Object.keys(localStorage).filter((key) => key.startsWith(PREFIX));
  for (const key of keys) {
    const draft = read(key);
    if (!draft || Date.now() - draft.at > MONTH) {
      localStorage.removeItem(key);
    }
  }
}
