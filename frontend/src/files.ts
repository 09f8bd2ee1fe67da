// Files that are chosen one after the other, pasted or dropped, and sent with progress. The form
// itself works without this: its field is a plain one, and the server answers with a page.

interface Picker {
  form: HTMLFormElement;
  input: HTMLInputElement;
  list: HTMLUListElement;
  words: DOMStringMap;
}

export function watchFiles(): void {
  document.querySelectorAll<HTMLElement>("[data-files]").forEach((place) => {
    const form = place.closest("form");
    const input = place.querySelector<HTMLInputElement>('input[type="file"]');
    const list = place.querySelector("ul");
    if (form && input && list) {
      place.dataset["ready"] = "";
      watch({ form, input, list, words: place.dataset });
    }
  });
}

function watch(picker: Picker): void {
  const { form, input } = picker;
  // Choosing again replaces what the field holds; people mean to add.
  let held: File[] = [];
  const hold = (files: File[]): void => {
    held = files;
    const transfer = new DataTransfer();
    files.forEach((file) => transfer.items.add(file));
    input.files = transfer.files;
    show(picker, held, (gone) => hold(held.filter((file) => file !== gone)));
  };
  const add = (files: Iterable<File>): void => {
    const most = Number(picker.words["most"]);
    const [fitting, large] = [[] as File[], [] as File[]];
    for (const file of files) {
      (file.size > most ? large : fitting).push(file);
    }
    tell(form, large.map((file) => fill(picker.words["tooLarge"], file.name)).join(" "));
    hold([...held, ...fitting]);
  };
  input.addEventListener("change", () => add([...(input.files ?? [])]));
  form.addEventListener("paste", (event) => {
    const data = event.clipboardData;
    // What comes from a text program brings its text as a picture too; the text is meant.
    if (data && data.files.length > 0 && !data.types.includes("text/plain")) {
      event.preventDefault();
      add(data.files);
    }
  });
  const brings = (event: DragEvent): boolean => event.dataTransfer?.types.includes("Files") ?? false;
  form.addEventListener("dragover", (event) => {
    if (brings(event)) {
      event.preventDefault();
      form.dataset["dropping"] = "";
    }
  });
  form.addEventListener("dragleave", (event) => {
    if (!form.contains(event.relatedTarget as Node | null)) {
      delete form.dataset["dropping"];
    }
  });
  form.addEventListener("drop", (event) => {
    delete form.dataset["dropping"];
    if (brings(event)) {
      event.preventDefault();
      add(event.dataTransfer?.files ?? []);
    }
  });
  form.addEventListener("submit", (event) => {
    if (held.length > 0) {
      event.preventDefault();
      send(picker, new FormData(form, (event as SubmitEvent).submitter));
    }
  });
}

function show({ list, words }: Picker, files: File[], drop: (file: File) => void): void {
  list.hidden = files.length === 0;
  list.replaceChildren(
    ...files.map((file) => {
      const item = document.createElement("li");
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = "×";
      button.setAttribute("aria-label", fill(words["drop"], file.name));
      button.addEventListener("click", () => drop(file));
      const name = document.createElement("span");
      name.textContent = file.name;
      item.append(name, button);
      return item;
    }),
  );
}

function send(picker: Picker, data: FormData): void {
  const { form, words } = picker;
  const request = new XMLHttpRequest();
  const bar = document.createElement("progress");
  bar.max = 1;
  bar.setAttribute("aria-label", words["sending"] ?? "");
  const busy = (on: boolean): void => {
    form.toggleAttribute("aria-busy", on);
    form.querySelectorAll("button").forEach((button) => (button.disabled = on));
    bar.remove();
    if (on) {
      picker.list.after(bar);
    }
  };
  request.upload.addEventListener("progress", (event) => {
    if (event.lengthComputable) {
      bar.value = event.loaded / event.total;
    }
  });
  request.addEventListener("load", () => {
    const place = request.getResponseHeader("X-Place");
    if (request.status === 204 && place) {
      leave(place);
      return;
    }
    if (new URL(request.responseURL).pathname === "/sign-in") {
      location.assign(request.responseURL);
      return;
    }
    busy(false);
    // The page that came back says what is wrong; what was typed and chosen is still here.
    const page = new DOMParser().parseFromString(request.responseText, "text/html");
    const parts = page.querySelectorAll(".problems li, form .problem, .refusal h1, .refusal .lead, .refusal .mends span");
    const said = new Set([...parts].map((part) => part.textContent?.trim() ?? ""));
    tell(form, [...said].join(" ") || (words["broken"] ?? ""));
  });
  request.addEventListener("error", () => {
    busy(false);
    tell(form, words["broken"] ?? "");
  });
  tell(form, "");
  request.open("POST", form.action);
  request.setRequestHeader("X-Goes-Itself", "1");
  busy(true);
  request.send(data);
}

function leave(place: string): void {
  const same = new URL(place, location.href).href === location.href.split("#")[0];
  if (same) {
    location.reload();
  } else {
    location.assign(place);
  }
}

/** Says above the form's fields what is wrong; nothing takes it away. */
function tell(form: HTMLFormElement, words: string): void {
  let problem = form.querySelector<HTMLElement>(".problem.of-files");
  if (!problem) {
    problem = document.createElement("p");
    problem.className = "problem of-files";
    problem.setAttribute("role", "alert");
    problem.tabIndex = -1;
    (form.querySelector(".write, .form-actions") ?? form.lastElementChild)?.before(problem);
  }
  problem.textContent = words;
  problem.hidden = words === "";
  if (words !== "") {
    // The bar of buttons may cover it, or the screen end above it.
    problem.scrollIntoView({ block: "center" });
    problem.focus({ preventScroll: true });
  }
}

function fill(words: string | undefined, name: string): string {
  return (words ?? "").replace("{name}", name);
}
