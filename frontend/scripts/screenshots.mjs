// Makes the manual's pictures on a running miStudio: npm run screenshots -- http://127.0.0.1:8000
// What they show is made first, of the built-in sample: start it on an empty data directory.
import { mkdirSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { chromium } from "@playwright/test"

const base = process.argv[2] ?? "http://127.0.0.1:8000"
const folder = fileURLToPath(new URL("../../docs/images/", import.meta.url))
const desk = { width: 1200, height: 800 }
const TOKENIZER = "local:demo"

async function call(path, body) {
  const json = { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) }
  const answer = await fetch(
    `${base}/api/v1${path}`,
    body instanceof FormData ? { method: "POST", body } : body ? json : {},
  )
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
  return answer.json()
}

async function finished({ job }) {
  for (let state = job?.state ?? "succeeded"; state !== "succeeded"; ) {
    if (state === "failed" || state === "cancelled") throw new Error(`job ${job.id} ${state}`)
    await new Promise((resolve) => setTimeout(resolve, 250))
    state = (await call(`/jobs/${job.id}`)).state
  }
}

const tokenize = async (id, config) =>
  finished(await call(`/datasets/${id}/tokenize`, { tokenizer_name: TOKENIZER, ...config }))

/** A table of the sample's rows from `offset` on, as a file that somebody might have. */
async function table(id, offset, columns) {
  const { rows } = await call(`/datasets/${id}/samples?split=train&limit=100&offset=${offset}`)
  const cell = (text) => `"${String(text).replaceAll('"', '""')}"`
  const lines = rows.map(({ row, row_idx }) =>
    columns.map((name) => cell(name === "id" ? row_idx : row[name])).join(","),
  )
  return [columns.join(","), ...lines].join("\n")
}

async function ingest(name, text) {
  const form = new FormData()
  form.set("name", name)
  form.set("file", new Blob([text], { type: "text/csv" }), `${name}.csv`)
  const accepted = await call("/datasets/ingest", form)
  await finished(accepted)
  return accepted.dataset.id
}

async function prepare() {
  const accepted = await fetch(`${base}/api/v1/datasets/demo`, { method: "POST" }).then((answer) =>
    answer.json(),
  )
  const { id } = accepted.dataset
  await finished(accepted)
  for (const job of (await call(`/jobs?dataset_id=${id}`)).items) await finished({ job })
  await tokenize(id, { max_length: 64 })
  await tokenize(id, { packing: { context_size: 128 } })
  const notes = await ingest("field notes 2026", await table(id, 0, ["id", "topic", "text"]))
  await tokenize(notes, { max_length: 128, padding: "do_not_pad" })
  await ingest("interviews, second round", await table(id, 700, ["id", "text"]))
  await ingest("reviews to sort", await table(id, 1500, ["topic", "text"]))
  return { id, upload: await table(id, 300, ["id", "topic", "text"]) }
}

mkdirSync(folder, { recursive: true })
const { id, upload } = await prepare()
const { items } = await call(`/datasets/${id}/tokenizations`)
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM_PATH ?? "/usr/bin/chromium",
  args: process.getuid?.() === 0 ? ["--no-sandbox"] : [],
})

async function picture(name, path, ready, theme = "dark", viewport = desk) {
  const context = await browser.newContext({ viewport, reducedMotion: "reduce" })
  await context.addInitScript((choice) => localStorage.setItem("mistudio.theme", choice), theme)
  const page = await context.newPage()
  page.setDefaultTimeout(60_000)
  await page.goto(base + path)
  await ready(page)
  await page.evaluate(() => document.fonts.ready)
  await page.mouse.move(0, 0)
  await page.screenshot({ path: `${folder}${name}.png` })
  await context.close()
}

const chart = (page) => page.getByRole("slider", { name: "Histogram of sequence lengths" }).waitFor()
await picture("datasets-dark", "/", (page) => page.getByRole("article").nth(3).waitFor())
await picture("upload-dark", "/datasets/new/upload", async (page) => {
  const files = { name: "letters.csv", mimeType: "text/csv", buffer: Buffer.from(upload) }
  await page.getByLabel("Drop files here, or choose them").setInputFiles(files)
  await page.getByRole("button", { name: "Create dataset" }).waitFor()
})
await picture("samples-dark", `/datasets/${id}/samples?row=4`, (page) =>
  page.getByRole("complementary").waitFor(),
)
await picture("tokenize-dark", `/datasets/${id}/tokenize`, (page) =>
  page.getByRole("region", { name: "Forecast" }).waitFor(),
)
await picture("statistics-dark", `/datasets/${id}/statistics`, chart)
await picture("statistics-light", `/datasets/${id}/statistics`, chart, "light")
await picture("statistics-phone", `/datasets/${id}/statistics`, chart, "dark", { width: 390, height: 780 })
await picture(
  "compare-light",
  `/compare?a=${items[0].id}&b=${items[1].id}`,
  (page) => page.getByRole("table").waitFor(),
  "light",
)
await picture("jobs-dark", "/jobs", (page) => page.getByRole("list", { name: "Jobs" }).waitFor())
await browser.close()
