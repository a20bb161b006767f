import { type APIRequestContext, test as base, expect, type Page } from "@playwright/test"

/** The page at the stack's address; a script error or a broken policy on any page fails the test. */
export const test = base.extend<{ complaints: string[] }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads from the pattern what a fixture depends on.
  baseURL: async ({}, use) => use(process.env.MISTUDIO_E2E_URL),
  complaints: [
    async ({ page }, use) => {
      const complaints: string[] = []
      page.on("pageerror", (error) => complaints.push(error.message))
      page.on("console", (message) => {
        if (message.type() === "error" && /Content Security Policy|Uncaught/.test(message.text())) {
          complaints.push(message.text())
        }
      })
      await use(complaints)
      expect(complaints).toEqual([])
    },
    { auto: true },
  ],
})

export { expect }

/** A name that no earlier run on the same stack has used. */
export function unique(name: string): string {
  return `${name} ${Date.now().toString(36)}`
}

/** Rows of a table with quotes, newlines, a right-to-left text and an emoji in it. */
export function csv(rows: number): string {
  const lines = Array.from({ length: rows }, (_, row) => {
    const text = ["a plain line", 'with ""quotes"" and\na new line', "مرحبا بالعالم", "stars 🙂 fell"][
      row % 4
    ]
    return `${row},"${text} number ${row}",${row % 3 === 0 ? "" : "kept"}`
  })
  return `id,text,label\n${lines.join("\n")}\n`
}

interface Accepted {
  dataset: { id: string; name: string }
  job: { id: string } | null
}

/** A dataset of a small table, made through the API, and waited for. */
export async function makeDataset(
  request: APIRequestContext,
  name: string,
  content = csv(40),
): Promise<string> {
  const answer = await request.post("/api/v1/datasets/ingest", {
    multipart: { name, file: { name: "table.csv", mimeType: "text/csv", buffer: Buffer.from(content) } },
  })
  expect(answer.status()).toBe(202)
  const { dataset } = (await answer.json()) as Accepted
  await expect.poll(() => datasetStatus(request, dataset.id), { timeout: 60_000 }).toBe("DOWNLOADED")
  return dataset.id
}

export async function datasetStatus(request: APIRequestContext, id: string): Promise<string> {
  const answer = await request.get(`/api/v1/datasets/${id}`)
  return answer.ok() ? ((await answer.json()) as { status: string }).status : String(answer.status())
}

/** Tokenizes by the built-in tokenizer, which the sample's job has trained. */
export async function tokenize(request: APIRequestContext, id: string, maxLength = 64): Promise<void> {
  const body = { tokenizer_name: "local:demo", max_length: maxLength }
  const answer = await request.post(`/api/v1/datasets/${id}/tokenize`, { data: body })
  expect([200, 202]).toContain(answer.status())
  await expect.poll(() => datasetStatus(request, id), { timeout: 60_000 }).toBe("TOKENIZED")
}

export function card(page: Page, name: string) {
  return page.getByRole("article").filter({ has: page.getByRole("link", { name, exact: true }) })
}
