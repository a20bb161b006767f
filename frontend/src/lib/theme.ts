/** The theme: dark, light, or the system's. `public/theme.js` applies the same rule before the first paint. */

export type ThemeChoice = "dark" | "light" | "system"

const KEY = "mistudio.theme"

export function readTheme(): ThemeChoice {
  const stored = localStorage.getItem(KEY)
  return stored === "light" || stored === "system" ? stored : "dark"
}

export function applyTheme(choice: ThemeChoice): void {
  localStorage.setItem(KEY, choice)
  const light = choice === "light" || (choice === "system" && prefersLight().matches)
  document.documentElement.dataset.theme = light ? "light" : "dark"
}

export function prefersLight(): MediaQueryList {
  return window.matchMedia("(prefers-color-scheme: light)")
}
