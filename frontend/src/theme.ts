// The reader's choice of theme. It lives in a cookie, so that the server sends the right
// theme with the page and nothing flashes.

const YEAR = 365 * 24 * 60 * 60;

export function offerThemes(): void {
  for (const button of document.querySelectorAll<HTMLElement>("[data-theme-switch]")) {
    button.hidden = false;
    button.addEventListener("click", switchTheme);
  }
}

function switchTheme(): void {
  const theme = isDark() ? "light" : "dark";
  document.documentElement.dataset["theme"] = theme;
  const secure = location.protocol === "https:" ? "; secure" : "";
  document.cookie = `theme=${theme}; path=/; max-age=${YEAR}; samesite=lax${secure}`;
}

function isDark(): boolean {
  const pinned = document.documentElement.dataset["theme"];
  return pinned ? pinned === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
}
