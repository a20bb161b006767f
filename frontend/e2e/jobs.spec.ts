import { card, csv, datasetStatus, expect, makeDataset, test, unique } from "./test"

const LARGE_ROWS = 400_000

test("a running tokenization can be cancelled, and says so everywhere", async ({ page, request }) => {
  const name = unique("to cancel")
  const id = await makeDataset(request, name, csv(LARGE_ROWS))
  await page.goto("/datasets")
  const answer = await request.post(`/api/v1/datasets/${id}/tokenize`, {
    data: { tokenizer_name: "local:demo", max_length: 2048 },
  })
  expect(answer.status()).toBe(202)
  const { job } = (await answer.json()) as { job: { id: string } }

  await card(page, name)
    .getByRole("button", { name: `Cancel: Tokenize ${name}` })
    .click()
  await expect(card(page, name).getByRole("progressbar")).toBeHidden()
  await expect(card(page, name)).toContainText("Ready")

  await page.getByRole("link", { name: "Jobs" }).first().click()
  const line = page.getByRole("listitem").filter({ hasText: name }).first()
  await expect(line).toContainText("Cancelled")
  await line.getByRole("button", { name: /Show details/ }).click()
  await expect(line.getByText(job.id)).toBeVisible()
  await expect(line.getByRole("list", { name: "Log" })).toContainText("cancel")
})

test("a failed job says what happened and what to do, and is tried again from the page", async ({
  page,
  request,
}) => {
  const name = unique("malformed")
  const answer = await request.post("/api/v1/datasets/ingest", {
    multipart: {
      name,
      format: "jsonl",
      file: {
        name: "bad.jsonl",
        mimeType: "text/plain",
        buffer: Buffer.from('{"text": "fine"}\n{"text": broken\n'),
      },
    },
  })
  if (answer.status() === 202) {
    const { dataset } = (await answer.json()) as { dataset: { id: string } }
    await expect.poll(() => datasetStatus(request, dataset.id), { timeout: 60_000 }).toBe("ERROR")
  }
  await page.goto("/jobs?show=failed")
  const line = page.getByRole("listitem").filter({ hasText: name }).first()
  await expect(line).toContainText("Failed")
  await line.getByRole("button", { name: /Show details/ }).click()
  await expect(line.getByRole("alert")).toContainText(/row 2|line 2/i)
  await line.getByRole("button", { name: /^Try again/ }).click()
  await expect(page.getByRole("listitem").filter({ hasText: name })).toHaveCount(2, { timeout: 30_000 })
})

test("deleting a dataset says what is lost, and takes it from the list", async ({ page, request }) => {
  const name = unique("to delete")
  await makeDataset(request, name)
  await page.goto(`/datasets?q=${encodeURIComponent(name)}`)
  await card(page, name).getByRole("checkbox").check()
  await page
    .getByRole("region", { name: "Selected datasets" })
    .getByRole("button", { name: "Delete" })
    .click()
  const question = page.getByRole("dialog", { name: "Delete 1 dataset?" })
  await expect(question).toContainText("It cannot be undone")
  await question.getByRole("button", { name: "Delete 1 dataset" }).click()
  await expect(page.getByRole("heading", { name: "No dataset fits" })).toBeVisible()
})
