import { card, expect, test } from "./test"

test("an empty installation offers three doors, and the sample is tokenized in one click", async ({
  page,
}) => {
  await page.goto("/")
  await expect(
    page.getByRole("heading", { name: "Turn text into token datasets you can trust" }),
  ).toBeVisible()
  await expect(page.getByRole("link", { name: /From the Hub/ })).toBeVisible()
  await expect(page.getByRole("link", { name: /Upload a file/ })).toBeVisible()
  await expect(page.getByRole("status").filter({ hasText: "Live" })).toBeVisible()

  await page.getByRole("button", { name: /Try the sample/ }).click()
  const dialog = page.getByRole("dialog")
  await expect(dialog.getByText("Tokenized", { exact: true })).toBeVisible({ timeout: 80_000 })

  await dialog.getByRole("tab", { name: "Statistics" }).click()
  await expect(dialog.getByText("padding not counted")).toBeVisible()
  await expect(dialog.getByRole("slider", { name: "Histogram of sequence lengths" })).toBeVisible()

  await page.keyboard.press("Escape")
  await expect(dialog).toBeHidden()
  await expect(card(page, "Python library topics")).toContainText("Tokenized")
  await expect(page.getByRole("link", { name: "Python library topics" })).toBeFocused()
})
