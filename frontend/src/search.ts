// Results while somebody types: markup that the server sends, put where the form says. Without this, the
// forms are ordinary ones.

/** How long a pause in typing is waited for, in milliseconds. */
const PAUSE = 120;
/** Longest text that is sent to be compared. */
const LONGEST = 2000;

export function watchSearches(): void {
  for (const form of document.querySelectorAll<HTMLFormElement>("form[data-search]")) {
    const place = document.getElementById(form.dataset.search ?? "");
    const field = form.querySelector<HTMLInputElement>('input[name="q"]');
    if (place && field) {
      watch(form, field, place);
    }
  }
  for (const form of document.querySelectorAll<HTMLFormElement>("form[data-alike]")) {
    const place = document.getElementById(form.dataset.alike ?? "");
    if (place) {
      const show = fetcher(place);
      form.addEventListener("input", () => show(() => alike(form, place)));
    }
  }
  // What a page can do without, and need not wait for.
  for (const place of document.querySelectorAll<HTMLElement>("[data-fetch]")) {
    fetcher(place)(() => new URL(place.dataset.fetch ?? "", location.href));
  }
}

function watch(form: HTMLFormElement, field: HTMLInputElement, place: HTMLElement): void {
  const floats = place.hidden;
  const show = fetcher(place);
  field.addEventListener("input", () => show(() => question(form, field, place, floats)));
  if (!floats) {
    return;
  }
  field.addEventListener("focus", () => (place.hidden = place.childElementCount === 0));
  form.addEventListener("focusout", (event) => {
    if (!form.contains(event.relatedTarget as Node | null)) {
      place.hidden = true;
    }
  });
  form.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !place.hidden) {
      field.focus();
      place.hidden = true;
      event.preventDefault();
    } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && !place.hidden) {
      step(field, place, event.key === "ArrowDown" ? 1 : -1);
      event.preventDefault();
    }
  });
}

/** The address of the hits for what is typed; nothing where nothing is. */
function question(form: HTMLFormElement, field: HTMLInputElement, place: HTMLElement, floats: boolean): URL | null {
  const url = new URL(form.action);
  new FormData(form).forEach((value, name) => url.searchParams.set(name, String(value)));
  if (!floats) {
    // Whoever comes back to the page, or loads it anew, finds what was typed.
    history.replaceState(history.state, "", url);
  } else if (field.value.trim() === "") {
    return null;
  }
  url.searchParams.set("part", place.dataset.part ?? "");
  return url;
}

/** The address of texts that are like what is written in a form. */
function alike(form: HTMLFormElement, place: HTMLElement): URL | null {
  const fields = form.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>('input[type="text"], input:not([type]), textarea');
  const text = [...fields].map((field) => field.value).join("\n").trim();
  if (text.length < 5) {
    return null;
  }
  const url = new URL(place.dataset.from ?? "", location.href);
  url.searchParams.set("text", text.slice(0, LONGEST));
  return url;
}

/** Shows what an address answers after a pause; only the last question counts. */
function fetcher(place: HTMLElement): (address: () => URL | null) => void {
  let timer = 0;
  let asked = new AbortController();
  return (address) => {
    clearTimeout(timer);
    timer = setTimeout(async () => {
      asked.abort();
      asked = new AbortController();
      const url = address();
      if (!url) {
        fill(place, "");
        return;
      }
      try {
        const answer = await fetch(url, { signal: asked.signal });
        if (answer.ok && !answer.redirected) {
          fill(place, await answer.text());
        }
      } catch {
        // Asked again meanwhile, or offline: what is shown stays.
      }
    }, PAUSE);
  };
}

function fill(place: HTMLElement, markup: string): void {
  place.innerHTML = markup;
  if (place.dataset.part === "few") {
    place.hidden = markup === "" || !place.parentElement?.contains(document.activeElement);
  }
}

function step(field: HTMLInputElement, place: HTMLElement, by: 1 | -1): void {
  const stops: HTMLElement[] = [field, ...place.querySelectorAll<HTMLElement>("a[href]")];
  const at = stops.indexOf(document.activeElement as HTMLElement);
  stops[(at + by + stops.length) % stops.length]?.focus();
}
