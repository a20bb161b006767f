import { expect, test } from "./test"

test("a dataset of the Hub is found, looked at, and downloaded", async ({ page }) => {
  await page.goto("/datasets/new/hub")
  const dialog = page.getByRole("dialog", { name: "Add a dataset" })
  await dialog.getByRole("combobox", { name: "Dataset" }).fill("tin")
  await dialog.getByRole("option", { name: /acme\/tiny/ }).click()

  await expect(dialog.getByText("mit", { exact: true })).toBeVisible({ timeout: 40_000 })
  await expect(dialog.getByRole("radiogroup", { name: "Config" }).getByRole("radio")).toHaveCount(2)
  await dialog.getByRole("radio", { name: /^test/ }).click()
  await expect(dialog.getByRole("region", { name: "First rows" }).getByRole("row").nth(1)).toBeVisible({
    timeout: 40_000,
  })
  await expect(dialog.getByText(/300 rows · .* to download/).last()).toBeVisible()
  await dialog.getByRole("button", { name: "Download dataset" }).click()

  const detail = page.getByRole("dialog", { name: /acme\/tiny/ })
  await expect(detail.getByText("Ready", { exact: true })).toBeVisible({ timeout: 60_000 })
  await expect(detail.getByText("300", { exact: true })).toBeVisible()
})

test("a gated dataset says where to ask for access", async ({ page }) => {
  await page.goto("/datasets/new/hub?name=acme%2Fgated")
  const dialog = page.getByRole("dialog", { name: "Add a dataset" })
  await expect(dialog.getByText(/Access must be asked for/i).first()).toBeVisible({ timeout: 40_000 })
  await expect(dialog.getByRole("link", { name: /page/i }).first()).toHaveAttribute("href", /acme\/gated/)
})
