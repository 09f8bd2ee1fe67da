// The cursor of a list, and the selection with its count.

let cursor: HTMLTableRowElement | null = null;

export function watchLists(): void {
  document.addEventListener("change", (event) => {
    const box = event.target as HTMLInputElement;
    const table = box.closest<HTMLTableElement>("table[data-list]");
    if (!table) {
      return;
    }
    if (box.matches("[data-select-all]")) {
      boxes(table).forEach((each) => (each.checked = box.checked));
    }
    count(table);
  });
  const table = currentList();
  if (table) {
    // The browser may bring back checks when the reader comes back to the page.
    count(table);
  }
}

export function moveCursor(step: 1 | -1): boolean {
  const rows = [...(currentList()?.querySelectorAll<HTMLTableRowElement>("tbody tr:not(.group)") ?? [])];
  if (rows.length === 0) {
    return false;
  }
  const at = cursor ? rows.indexOf(cursor) : -1;
  const next = at < 0 ? 0 : Math.min(Math.max(at + step, 0), rows.length - 1);
  cursor?.classList.remove("cursor");
  cursor = rows[next] ?? null;
  cursor?.classList.add("cursor");
  cursor?.scrollIntoView({ block: "nearest" });
  // Focus follows, so that screen readers say the row and Enter opens it.
  link(cursor)?.focus({ preventScroll: true });
  return true;
}

export function openCursor(): boolean {
  const target = link(cursor);
  target?.click();
  return target !== null;
}

export function selectCursor(): boolean {
  const box = cursor?.querySelector<HTMLInputElement>('.col-select input[type="checkbox"]');
  box?.click();
  return Boolean(box);
}

export function clearSelection(): boolean {
  const table = currentList();
  const checked = table ? boxes(table).filter((box) => box.checked) : [];
  if (!table || checked.length === 0) {
    return false;
  }
  checked.forEach((box) => (box.checked = false));
  count(table);
  return true;
}

function count(table: HTMLTableElement): void {
  const all = boxes(table);
  const checked = all.filter((box) => box.checked).length;
  document.querySelectorAll("[data-selected-count]").forEach((place) => {
    place.textContent = String(checked);
  });
  const head = table.querySelector<HTMLInputElement>("[data-select-all]");
  if (head) {
    head.checked = checked > 0 && checked === all.length;
    head.indeterminate = checked > 0 && checked < all.length;
  }
}

function boxes(table: HTMLTableElement): HTMLInputElement[] {
  return [...table.querySelectorAll<HTMLInputElement>('td.col-select input[type="checkbox"]')];
}

function currentList(): HTMLTableElement | null {
  return document.querySelector<HTMLTableElement>("table[data-list]");
}

function link(row: HTMLTableRowElement | null): HTMLAnchorElement | null {
  return row?.querySelector<HTMLAnchorElement>(".col-title a, a[href]") ?? null;
}
