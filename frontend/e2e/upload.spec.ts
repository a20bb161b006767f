import { csv, expect, makeDataset, test, tokenize, unique } from "./test"

test("a file becomes a dataset, the dataset becomes tokens, and the numbers are those of the file", async ({
  page,
}) => {
  const name = unique("letters")
  await page.goto("/datasets/new/upload")
  const dialog = page.getByRole("dialog", { name: "Add a dataset" })
  await dialog.getByLabel("Drop files here, or choose them").setInputFiles({
    name: `${name}.csv`,
    mimeType: "text/csv",
    buffer: Buffer.from(`\ufeff${csv(200)}`),
  })
  await expect(dialog.getByLabel("Delimiter")).toHaveValue(",")
  await expect(dialog.getByRole("combobox", { name: "First row" })).toHaveValue("header")
  await expect(dialog.getByRole("button", { name: /^text/ })).toHaveAttribute("aria-pressed", "true")
  await expect(dialog.getByRole("region", { name: "Joined text" })).toContainText("a plain line number 0")

  await dialog.getByRole("button", { name: /^label/ }).click()
  await dialog.getByLabel("Row to show").fill("2")
  await expect(dialog.getByRole("region", { name: "Joined text" })).toContainText("number 1\nkept")
  await dialog.getByRole("button", { name: /^label/ }).click()

  await expect(dialog.getByRole("textbox", { name: "Name" })).toHaveValue(name)
  await dialog.getByRole("button", { name: "Create dataset" }).click()

  const detail = page.getByRole("dialog", { name })
  await expect(detail.getByText("Ready", { exact: true })).toBeVisible({ timeout: 60_000 })

  await detail.getByRole("tab", { name: "Samples" }).click()
  await expect(detail.getByRole("row", { name: /^2 2 مرحبا/ })).toBeVisible()
  await detail.getByRole("textbox", { name: "Search in the samples" }).fill("number 199")
  await expect(detail.getByRole("row", { name: /number 199/ })).toBeVisible()
  await expect(detail.locator("mark").first()).toHaveText("number 199")

  await detail.getByRole("tab", { name: "Tokenize" }).click()
  await detail.getByRole("combobox", { name: "Tokenizer" }).fill("local:demo")
  await page.keyboard.press("Tab")
  await expect(detail.getByRole("slider", { name: "Row 0 as tokens" })).toBeVisible({ timeout: 40_000 })
  await detail.getByLabel("Maximum length").fill("32")
  await detail.getByRole("button", { name: "Tokenize 200 samples" }).click()

  await expect(detail.getByText("Tokenized", { exact: true })).toBeVisible({ timeout: 60_000 })
  await detail.getByRole("link", { name: "Statistics" }).click()
  await expect(detail.getByText("200, one row each")).toBeVisible()
  await expect(detail.getByLabel("Tokenization")).toContainText("demo · 32")
  await detail.getByRole("radio", { name: "Table" }).first().click()
  await expect(detail.getByRole("region", { name: "Sequence lengths as a table" })).toContainText(
    "0 to 49 tokens",
  )
})

test("the same configuration again offers the result that is there", async ({ page, request }) => {
  const id = await makeDataset(request, unique("twice"))
  await tokenize(request, id, 48)
  await page.goto(`/datasets/${id}/tokenize`)
  const detail = page.getByRole("dialog")
  await detail.getByLabel("Maximum length").fill("48")
  await expect(detail.getByText(/This result exists already/)).toBeVisible()
  await detail.getByRole("link", { name: "Open it" }).click()
  await expect(detail.getByRole("tab", { name: "Statistics" })).toHaveAttribute("aria-selected", "true")
})

test("a result is exported and saved from the page", async ({ page, request }) => {
  const id = await makeDataset(request, unique("to take away"))
  await tokenize(request, id, 20)
  await page.goto(`/datasets/${id}/download`)
  const detail = page.getByRole("dialog")
  await detail.getByRole("button", { name: /^Export/ }).click()
  await page.getByRole("menuitem", { name: "JSON lines" }).click()
  const link = detail.getByRole("list", { name: "Exports" }).getByRole("link", { name: /train.*\.jsonl/ })
  await expect(link).toBeVisible({ timeout: 60_000 })
  const [saved] = await Promise.all([page.waitForEvent("download"), link.click()])
  expect(saved.suggestedFilename()).toMatch(/\.jsonl/)
})
