// Notices can be put away. They never leave by themselves: not everybody reads fast.

export function watchToasts(): void {
  const region = document.querySelector("#toasts");
  region?.querySelectorAll<HTMLElement>("[data-dismiss]").forEach((button) => {
    button.hidden = false;
  });
  region?.addEventListener("click", (event) => {
    (event.target as Element).closest("[data-dismiss]")?.closest(".toast")?.remove();
  });
}

export function dismissLastToast(): boolean {
  const last = document.querySelector("#toasts .toast:last-child");
  last?.remove();
  return last !== null;
}
