// Takes the manual's pictures of a running miStudio: npm run screenshots -- http://127.0.0.1:8000
// The first dataset of the list is the one that is shown; `mistudio demo` makes one.
import { mkdirSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { chromium } from "@playwright/test"

const base = process.argv[2] ?? "http://127.0.0.1:8000"
const folder = fileURLToPath(new URL("../../docs/images/", import.meta.url))
const pages = ["samples", "tokenize", "statistics", "jobs"]

mkdirSync(folder, { recursive: true })
const answer = await fetch(`${base}/api/v1/datasets?limit=1`)
const dataset = (await answer.json()).items[0]
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM_PATH ?? "/usr/bin/chromium",
  args: process.getuid?.() === 0 ? ["--no-sandbox"] : [],
})

async function picture(name, path, theme, viewport) {
  const context = await browser.newContext({ viewport, reducedMotion: "reduce" })
  await context.addInitScript((choice) => localStorage.setItem("mistudio.theme", choice), theme)
  const page = await context.newPage()
  await page.goto(base + path)
  await page.waitForLoadState("networkidle")
  await page.locator("[aria-busy=true]").first().waitFor({ state: "detached" })
  await page.screenshot({ path: `${folder}${name}.png` })
  await context.close()
}

const desk = { width: 1200, height: 800 }
await picture("datasets-dark", "/", "dark", desk)
for (const tab of pages) await picture(`${tab}-dark`, `/datasets/${dataset.id}/${tab}`, "dark", desk)
await picture("statistics-light", `/datasets/${dataset.id}/statistics`, "light", desk)
await picture("statistics-phone", `/datasets/${dataset.id}/statistics`, "dark", { width: 390, height: 780 })
await browser.close()
