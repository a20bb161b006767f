import { card, expect, makeDataset, test, unique } from "./test"

test("two tabs agree without being reloaded", async ({ page, context, request }) => {
  const name = unique("in two tabs")
  const id = await makeDataset(request, name)
  await page.goto("/datasets")
  const other = await context.newPage()
  await other.goto("/datasets")
  await expect(other.getByRole("status").filter({ hasText: "Live" })).toBeVisible()
  await expect(card(other, name)).toContainText("Not tokenized yet")

  const answer = await request.post(`/api/v1/datasets/${id}/tokenize`, {
    data: { tokenizer_name: "local:demo", max_length: 40 },
  })
  expect(answer.status()).toBe(202)
  for (const tab of [page, other]) {
    await expect(card(tab, name)).toContainText("demo · 40", { timeout: 40_000 })
    await expect(card(tab, name)).toContainText("Tokenized", { timeout: 40_000 })
  }
  await other.close()
})

test("after a lost connection the page catches up by itself", async ({ page, context, request }) => {
  const name = unique("while away")
  const id = await makeDataset(request, name)
  await page.goto("/datasets")
  await expect(page.getByRole("status").filter({ hasText: "Live" })).toBeVisible()

  const client = await context.newCDPSession(page)
  await client.send("Network.enable")
  const offline = (yes: boolean) =>
    client.send("Network.emulateNetworkConditions", {
      offline: yes,
      latency: 0,
      downloadThroughput: -1,
      uploadThroughput: -1,
    })
  await offline(true)
  await page.evaluate(() => window.dispatchEvent(new Event("offline")))
  await expect(page.getByRole("status").filter({ hasText: "Offline" })).toBeVisible({ timeout: 60_000 })

  await request.post(`/api/v1/datasets/${id}/tokenize`, {
    data: { tokenizer_name: "local:demo", max_length: 24 },
  })
  await expect
    .poll(
      async () => ((await (await request.get(`/api/v1/datasets/${id}`)).json()) as { status: string }).status,
      {
        timeout: 40_000,
      },
    )
    .toBe("TOKENIZED")
  await expect(card(page, name)).not.toContainText("Tokenized")

  await offline(false)
  await expect(page.getByRole("status").filter({ hasText: "Live" })).toBeVisible({ timeout: 30_000 })
  await expect(card(page, name)).toContainText("Tokenized")
})
