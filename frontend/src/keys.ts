// Keys, as printed on the page. A key never acts while the reader types, and never together
// with Ctrl, Alt or Meta, which belong to the browser.

import { clearSelection, moveCursor, openCursor, selectCursor } from "./list";
import { dismissLastToast } from "./toast";

/** Whether `G` was pressed and waits for its second key. */
let going = false;
let goingTimer = 0;

export function listenToKeys(): void {
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.altKey || event.metaKey) {
      return;
    }
    const typing = isTyping(event.target);
    const done = event.key === "Escape" ? stepBack(typing) : !typing && press(event.key);
    if (done) {
      event.preventDefault();
    }
  });
}

function press(key: string): boolean {
  if (going) {
    going = false;
    return follow(`[data-go="${CSS.escape(key.toLowerCase())}"]`);
  }
  switch (key) {
    case "j":
      return moveCursor(1) || follow('a[rel="next"][data-record-step]');
    case "k":
      return moveCursor(-1) || follow('a[rel="prev"][data-record-step]');
    case "x":
      return selectCursor();
    case "Enter":
      return document.activeElement === document.body && openCursor();
    case "/":
      return focusFilter();
    case "g":
      return waitForSecondKey();
    case "?":
      return showKeySheet();
    default:
      return pressControl(key.toLowerCase());
  }
}

/** Presses the control that carries the key: a radio is chosen, a link followed, a button pressed. */
function pressControl(key: string): boolean {
  const control = document.querySelector<HTMLElement>(`[data-key="${CSS.escape(key)}"]`);
  if (!control || (control as HTMLButtonElement).disabled || !control.checkVisibility()) {
    return false;
  }
  // Whoever closes what opens comes back to what opened it.
  control.focus();
  control.click();
  // Choosing reply or note means writing it.
  if (control instanceof HTMLInputElement) {
    control.closest("form")?.querySelector("textarea")?.focus();
  }
  const opened = control.getAttribute("popovertarget");
  if (opened) {
    focusFirst(document.getElementById(opened));
  }
  return true;
}

/** The first field of a part of the page that just opened; its last button where nothing is to fill in. */
export function focusFirst(part: HTMLElement | null): void {
  const fields = part?.querySelectorAll<HTMLElement>("input:not([type=hidden]), select, textarea") ?? [];
  const first = [...fields].find((field) => field.checkVisibility());
  (first ?? part?.querySelector<HTMLElement>("footer .primary"))?.focus();
}

function follow(selector: string): boolean {
  const target = document.querySelector<HTMLElement>(selector);
  target?.click();
  return target !== null;
}

function waitForSecondKey(): boolean {
  going = true;
  clearTimeout(goingTimer);
  goingTimer = setTimeout(() => (going = false), 1500);
  return true;
}

/** The page's own filter comes before the search in the top bar. */
function focusFilter(): boolean {
  const places = ["form[data-filter] input:not([type=hidden])", "form.ask input", ".search-box input"];
  const field = places
    .map((place) => document.querySelector<HTMLInputElement>(place))
    .find((candidate) => candidate?.checkVisibility());
  field?.focus();
  field?.select();
  return field !== undefined;
}

function showKeySheet(): boolean {
  const sheet = document.querySelector<HTMLElement>("#key-sheet");
  sheet?.togglePopover();
  return sheet !== null;
}

/** Esc goes back one step: out of the field, then the selection, then the last notice. */
function stepBack(typing: boolean): boolean {
  if (document.querySelector("dialog:open, :popover-open")) {
    return false;
  }
  if (typing && document.activeElement instanceof HTMLElement) {
    document.activeElement.blur();
    return true;
  }
  return clearSelection() || dismissLastToast();
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) {
    return false;
  }
  const quiet = ["checkbox", "radio", "button", "submit", "reset"];
  return (
    target.isContentEditable ||
    target.matches("textarea, select") ||
    (target instanceof HTMLInputElement && !quiet.includes(target.type))
  );
}
