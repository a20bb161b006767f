// Runs before the first paint, so that the page never flashes in the other theme.
;(() => {
  let choice = "dark"
  try {
    choice = localStorage.getItem("mistudio.theme") || "dark"
  } catch {
    // Storage may be blocked; the dark theme is the default.
  }
  const light =
    choice === "light" || (choice === "system" && matchMedia("(prefers-color-scheme: light)").matches)
  document.documentElement.dataset.theme = light ? "light" : "dark"
})()
