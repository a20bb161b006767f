// Measures the built page in Chromium and prints a table: npm run build && npm run bench
// The API is answered here, so that the numbers are the page's own: 10,000 datasets, 1,000,000 rows, 1,000 events/s.
import { existsSync, readFileSync } from "node:fs"
import { extname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { gzipSync } from "node:zlib"
import { chromium } from "@playwright/test"

const DIST = fileURLToPath(new URL("../dist", import.meta.url))
const ORIGIN = "http://mistudio.test"
const [DATASETS, ROWS, EVENTS_A_SECOND, SECONDS] = [10_000, 1_000_000, 1000, 5]
const TYPES = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml" }

const uuid = (n) => `00000000-0000-4000-8000-${String(n).padStart(12, "0")}`
const dataset = (n) => ({
  id: uuid(n),
  name: `dataset ${n}`,
  source: n % 2 ? "LOCAL" : "HUGGINGFACE",
  status: "DOWNLOADED",
  num_samples: ROWS,
  num_features: 2,
  size_bytes: n * 1000,
  splits: { train: ROWS },
  repo_id: null,
  config: null,
  tokenizations: [],
  active_jobs: [],
  error: null,
  deleting: false,
  created_at: "2026-01-01T00:00:00Z",
  updated_at: "2026-01-01T00:00:00Z",
  raw_path: "x",
  tokenized_path: null,
  metadata: { bad_rows: [], num_bad_rows: 0 },
})
const range = (from, to, make) =>
  Array.from({ length: Math.max(0, to - from) }, (_, index) => make(from + index))

function answer(url) {
  const path = url.pathname.replace("/api/v1", "")
  if (path === "/session") return { needs_login: false, logged_in: true }
  if (path === "/datasets") {
    const from = Number(url.searchParams.get("cursor") ?? 0)
    const to = Math.min(DATASETS, from + 100)
    return {
      items: range(from, to, dataset),
      total: DATASETS,
      next_cursor: to < DATASETS ? String(to) : null,
    }
  }
  if (path.endsWith("/samples")) {
    const from = Number(url.searchParams.get("offset"))
    const rows = range(from, Math.min(ROWS, from + 100), (n) => ({
      row_idx: n,
      row: { id: n, text: `row ${n} `.repeat(20) },
      truncated_cells: [],
    }))
    const features = ["id", "text"].map((name, feature_idx) => ({
      feature_idx,
      name,
      type: { dtype: "string" },
    }))
    return { features, rows, num_rows_total: ROWS, num_rows_per_page: 100, partial: false }
  }
  const one = /^\/datasets\/[0-9-]+-0*(\d+)$/.exec(path)
  if (one) return dataset(Number(one[1]))
  return { items: [], total: 0, next_cursor: null }
}

let loadedBytes = 0
async function serve(route) {
  const url = new URL(route.request().url())
  if (url.pathname.startsWith("/api/")) return route.fulfill({ json: answer(url) })
  const file = join(DIST, url.pathname)
  const path = extname(file) && existsSync(file) ? file : join(DIST, "index.html")
  const body = readFileSync(path)
  if (extname(path) !== ".woff2") loadedBytes += gzipSync(body, { level: 9 }).length
  return route.fulfill({ body, contentType: TYPES[extname(path)] ?? "application/octet-stream" })
}

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM_PATH ?? "/usr/bin/chromium",
  args: process.getuid?.() === 0 ? ["--no-sandbox"] : [],
})
const page = await browser.newPage({ viewport: { width: 1440, height: 900 } })
await page.route("**/*", serve)

/** Speaks just enough of Engine.IO and Socket.IO to hand out events. */
let send = () => undefined
await page.routeWebSocket(/socket\.io/, (socket) => {
  socket.send(
    `0${JSON.stringify({ sid: "s", upgrades: [], pingInterval: 60_000, pingTimeout: 60_000, maxPayload: 1e6 })}`,
  )
  socket.onMessage((message) => {
    if (message === "40") socket.send('40{"sid":"s"}')
  })
  send = (event) => socket.send(`42${JSON.stringify(["dataset:progress", event])}`)
})
const results = []
/** The longest task of the page's main thread while `act` runs, in CPU time: other programs do not count. */
async function longestTask(act) {
  await browser.startTracing(page, { categories: ["toplevel", "__metadata"] })
  await act()
  const { traceEvents } = JSON.parse((await browser.stopTracing()).toString())
  const mains = traceEvents.filter((one) => one.name === "thread_name" && one.args.name === "CrRendererMain")
  const threads = new Set(mains.map((one) => `${one.pid} ${one.tid}`))
  const tasks = traceEvents.filter((one) => one.tdur && threads.has(`${one.pid} ${one.tid}`))
  return `${Math.round(Math.max(0, ...tasks.map((one) => one.tdur)) / 1000)} ms`
}
const note = (what, value, bar) => results.push({ measured: what, value, bar })

const begun = performance.now()
await page.goto(`${ORIGIN}/datasets`)
await page.getByRole("link", { name: "dataset 0", exact: true }).waitFor()
note("cards in sight after", `${Math.round(performance.now() - begun)} ms`, "1000 ms")
note("first load, gzip", `${(loadedBytes / 1000).toFixed(0)} kB`, "180 kB")

const cards = await longestTask(async () => {
  for (let step = 0; step < 100; step += 1) {
    await page.mouse.wheel(0, 1500)
    await page.evaluate(() => new Promise(requestAnimationFrame))
  }
})
note("longest task while 10,000 cards scroll, CPU time", cards, "100 ms")
note("cards in the page then", String(await page.getByRole("article").count()), "")

await page.goto(`${ORIGIN}/datasets/${uuid(7)}/samples`)
await page.getByRole("row").nth(5).waitFor()
await page.mouse.move(600, 500)
const rows = await longestTask(async () => {
  for (let step = 0; step < 150; step += 1) {
    await page.mouse.wheel(0, step % 10 === 9 ? 200_000 : 900)
    await page.evaluate(() => new Promise(requestAnimationFrame))
  }
})
note("longest task while 1,000,000 rows scroll, CPU time", rows, "100 ms")

await page.goto(`${ORIGIN}/datasets`)
await page.getByRole("link", { name: "dataset 0", exact: true }).waitFor()
await page.getByText("Live").waitFor()
const events = await longestTask(async () => {
  for (let batch = 0; batch < SECONDS * 20; batch += 1) {
    for (let one = 0; one < EVENTS_A_SECOND / 20; one += 1) {
      const seq = batch * 50 + one
      const job = seq % 10
      send({
        dataset_id: uuid(job),
        job_id: uuid(900_000 + job),
        kind: "tokenize",
        tokenization_id: null,
        state: "running",
        status: "PROCESSING",
        progress: (seq / (SECONDS * EVENTS_A_SECOND)) * 100,
        message: null,
        error: null,
        stage: "tokenizing",
        done: seq,
        total: 5000,
        unit: "rows",
        rate: 10,
        eta_s: 5,
        fence: 1,
        seq,
      })
    }
    await new Promise((done) => setTimeout(done, 50))
  }
  await page.getByRole("progressbar").nth(9).waitFor()
})
note("longest task at 1,000 events/s, CPU time", events, "100 ms")
await browser.close()
console.table(results)
