// What was typed into a form survives the end of a session: it is kept in this tab when the form is sent, and
// comes back only after the sign-in page stood in between. Composers keep drafts of their own.

const PREFIX = "kept:";
const FORMS = "form[data-guard], [popover] form.form";

interface Kept {
  fields: [name: string, value: string][];
  interrupted: boolean;
}

export function keepForms(): void {
  document.addEventListener("submit", (event) => {
    const form = event.target as HTMLFormElement;
    if (form.matches(FORMS)) {
      store(keyOf(form), { fields: changed(form), interrupted: false });
    }
  });
  if (document.querySelector("[data-session-ended]")) {
    waitAtSignIn();
  } else if (readerName() !== "") {
    restore();
  }
}

/** Keeps what waits through the sign-in, and says so where something does. */
function waitAtSignIn(): void {
  const all = keys();
  all.forEach((key) => store(key, { fields: read(key)?.fields ?? [], interrupted: true }));
  const sent = Object.values(localStorage).some((text) => String(text).includes('"sent":true'));
  if (all.length === 0 && !sent) {
    return;
  }
  document.querySelectorAll<HTMLElement>("[data-typed-kept]").forEach((words) => (words.hidden = false));
  document.querySelectorAll<HTMLInputElement>('input[name="ended"]').forEach((field) => (field.value = "typed"));
}

function restore(): void {
  const forms = [...document.querySelectorAll<HTMLFormElement>(FORMS)];
  for (const key of keys()) {
    const kept = read(key);
    const form = forms.find((candidate) => keyOf(candidate) === key);
    if (kept?.interrupted && form) {
      kept.fields.forEach(([name, value]) => fill(form, name, value));
      form.closest<HTMLElement>("[popover]")?.showPopover();
      // Leaving asks first, as it does after typing.
      form.dispatchEvent(new Event("input", { bubbles: true }));
    }
    // What was answered, or belongs to somebody else, is not for this page any more.
    sessionStorage.removeItem(key);
  }
}

function keyOf(form: HTMLFormElement): string {
  return `${PREFIX}${readerName()}:${new URL(form.action).pathname}`;
}

function readerName(): string {
  return document.querySelector<HTMLMetaElement>('meta[name="reader"]')?.content ?? "";
}

/** What differs from what the server sent; all of it where that was a refused form. Never a secret. */
function changed(form: HTMLFormElement): Kept["fields"] {
  const again = form.querySelector(".problems") !== null;
  const fields: Kept["fields"] = [];
  for (const field of form.elements) {
    if (field instanceof HTMLTextAreaElement && (again || field.value !== field.defaultValue)) {
      fields.push([field.name, field.value]);
    } else if (field instanceof HTMLSelectElement) {
      const before = [...field.options].find((option) => option.defaultSelected)?.value ?? field.options[0]?.value;
      if (again || field.value !== before) {
        fields.push([field.name, field.value]);
      }
    } else if (field instanceof HTMLInputElement && !["hidden", "password", "file"].includes(field.type)) {
      const ticks = field.type === "checkbox" || field.type === "radio";
      if (ticks ? again || field.checked !== field.defaultChecked : again || field.value !== field.defaultValue) {
        fields.push([field.name, ticks ? `${field.checked ? "+" : "-"}${field.value}` : field.value]);
      }
    }
  }
  return fields;
}

function fill(form: HTMLFormElement, name: string, value: string): void {
  for (const field of form.querySelectorAll<HTMLInputElement>(`[name="${CSS.escape(name)}"]`)) {
    if (field.type === "checkbox" || field.type === "radio") {
      if (value.slice(1) === field.value) {
        field.checked = value.startsWith("+");
      }
    } else if (field.type !== "hidden") {
      field.value = value;
    }
  }
}

function keys(): string[] {
  return Object.keys(sessionStorage).filter((key) => key.startsWith(PREFIX));
}

function read(key: string): Kept | null {
  try {
    return JSON.parse(sessionStorage.getItem(key) ?? "null") as Kept | null;
  } catch {
    return null;
  }
}

function store(key: string, kept: Kept): void {
  try {
    sessionStorage.setItem(key, JSON.stringify(kept));
  } catch {
    // A full store only costs what was kept, never the sending.
  }
}
