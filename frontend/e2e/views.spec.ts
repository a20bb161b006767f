import AxeBuilder from "@axe-core/playwright"
import type { Page } from "@playwright/test"
import { expect, makeDataset, test, tokenize, unique } from "./test"

const THEMES = ["dark", "light"] as const
const SIZES = { wide: { width: 1440, height: 900 }, narrow: { width: 360, height: 780 } }

interface View {
  name: string
  path: (id: string) => string
  ready: (page: Page) => Promise<void>
}

const VIEWS: readonly View[] = [
  {
    name: "datasets",
    path: () => "/datasets",
    ready: (page) => shown(page, page.getByRole("article").first()),
  },
  {
    name: "overview",
    path: (id) => `/datasets/${id}`,
    ready: (page) => shown(page, page.getByText("Columns").first()),
  },
  {
    name: "samples",
    path: (id) => `/datasets/${id}/samples?row=1`,
    ready: (page) => shown(page, page.getByRole("complementary", { name: "Row 1" })),
  },
  {
    name: "download",
    path: (id) => `/datasets/${id}/download`,
    ready: (page) => shown(page, page.getByText(/load_from_disk\(/).first()),
  },
  {
    name: "tokenize",
    path: (id) => `/datasets/${id}/tokenize`,
    ready: (page) => shown(page, page.getByRole("slider", { name: "Maximum length", exact: true })),
  },
  {
    name: "statistics",
    path: (id) => `/datasets/${id}/statistics`,
    ready: (page) => shown(page, page.getByRole("slider", { name: "Token frequency by rank" })),
  },
  {
    name: "jobs-tab",
    path: (id) => `/datasets/${id}/jobs`,
    ready: (page) => shown(page, page.getByRole("list", { name: "Jobs" })),
  },
  {
    name: "add-hub",
    path: () => "/datasets/new/hub?name=acme%2Ftiny",
    ready: (page) => shown(page, page.getByRole("region", { name: "First rows" })),
  },
  {
    name: "add-upload",
    path: () => "/datasets/new/upload",
    ready: (page) => shown(page, page.getByText("Drop files here")),
  },
  {
    name: "jobs",
    path: () => "/jobs",
    ready: (page) => shown(page, page.getByRole("list", { name: "Jobs" })),
  },
  {
    name: "compare",
    path: () => "/compare",
    ready: (page) => shown(page, page.getByRole("heading", { name: "Choose two tokenizations" })),
  },
  {
    name: "settings",
    path: () => "/settings",
    ready: (page) => shown(page, page.getByText("python", { exact: true })),
  },
]

async function shown(page: Page, what: ReturnType<Page["getByText"]>): Promise<void> {
  await expect(what).toBeVisible({ timeout: 40_000 })
  await page.evaluate(() => document.fonts.ready)
}

let id = ""
test.beforeAll(async ({ playwright, baseURL }) => {
  const request = await playwright.request.newContext({ baseURL })
  id = await makeDataset(request, unique("a table with a name of some length"))
  await tokenize(request, id, 16)
  await request.dispose()
})

for (const theme of THEMES) {
  for (const [size, viewport] of Object.entries(SIZES)) {
    test(`every view is accessible, ${theme} and ${size}`, async ({ page }, info) => {
      test.setTimeout(300_000)
      await page.setViewportSize(viewport)
      await page.addInitScript((choice) => localStorage.setItem("mistudio.theme", choice), theme)
      await page.emulateMedia({ reducedMotion: "reduce" })
      for (const view of VIEWS) {
        await test.step(view.name, async () => {
          await page.goto(view.path(id))
          await view.ready(page)
          await page.screenshot({ path: info.outputPath(`${view.name}.png`) })
          const { violations } = await new AxeBuilder({ page }).analyze()
          const found = violations.flatMap(({ id: rule, impact, nodes }) =>
            nodes.map(
              (node) =>
                `${impact} ${rule}: ${node.html.slice(0, 160)} ${node.failureSummary?.split("\n")[1] ?? ""}`,
            ),
          )
          expect.soft(found, view.name).toEqual([])
          const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
          expect.soft(overflow, `${view.name} scrolls sideways`).toBeLessThanOrEqual(0)
        })
      }
    })
  }
}
