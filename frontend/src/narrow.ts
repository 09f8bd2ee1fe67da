// A menu whose choices lie below those of another one shows what lies below the chosen one. Without script they stand
// in groups.

export function narrowMenus(): void {
  document.querySelectorAll<HTMLSelectElement>("select[data-follows]").forEach(follow);
}

function follow(menu: HTMLSelectElement): void {
  const decider = menu.form?.elements.namedItem(menu.dataset.follows ?? "");
  const groups = [...menu.querySelectorAll("optgroup")];
  if (!(decider instanceof HTMLSelectElement) || groups.length === 0) {
    return;
  }
  const narrow = () => {
    const chosen = decider.value === "" ? "" : (decider.selectedOptions[0]?.text.trim() ?? "");
    const kept = menu.value;
    groups.forEach((group) => group.remove());
    menu.append(...groups.filter((group) => chosen === "" || liesBelow(group.label, chosen)));
    menu.value = kept;
    if (menu.selectedIndex < 0) {
      menu.value = "";
    }
  };
  decider.addEventListener("change", narrow);
  // What is stored stays in sight until somebody chooses otherwise.
  const stored = menu.selectedOptions[0]?.parentElement;
  const isOdd = stored instanceof HTMLOptGroupElement && !liesBelow(stored.label, decider.selectedOptions[0]?.text.trim() ?? "");
  if (!isOdd) {
    narrow();
  }
}

/** Groups are called after what they lie below: `Hardware`, `Hardware / Laptop`, or after several of these. */
function liesBelow(group: string, chosen: string): boolean {
  return group === chosen || group.startsWith(`${chosen} / `) || group.split(", ").includes(chosen);
}
