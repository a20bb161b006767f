import { screen, waitFor, within } from "@testing-library/react"
import { HttpResponse, http } from "msw"
import { describe, expect, it } from "vitest"
import { makeDataset, makePreview, makeUpload } from "@/test/factories"
import { show } from "@/test/render"
import { API, answers, problem, receives, server } from "@/test/server"
import { AddDatasetDialog } from "./AddDatasetDialog"

const open = (source: string) =>
  show(<AddDatasetDialog />, `/datasets/new/${source}`, "/datasets/new/:source")

function takesUpload(preview = makePreview()) {
  const upload = makeUpload({ preview })
  server.use(
    http.post(`${API}/uploads`, () => HttpResponse.json({ ...upload, preview: null }, { status: 201 })),
    http.patch(`${API}/uploads/${upload.id}`, ({ request }) => {
      const from = Number(request.headers.get("Upload-Offset"))
      return new HttpResponse(null, { status: 204, headers: { "Upload-Offset": String(from + 1e6) } })
    }),
  )
  answers(`/uploads/${upload.id}`, upload)
  return upload
}

async function drop(name = "interviews.csv") {
  const view = open("upload")
  const input = screen.getByLabelText("Drop files here, or choose them")
  await view.user.upload(input, new File(["id,text\n1,hi\n"], name))
  await screen.findByRole("textbox", { name: "Name" })
  return view
}

describe("uploading", () => {
  it("shows what was detected and makes the dataset of it", async () => {
    const upload = takesUpload()
    const { user } = await drop()
    expect(screen.getByRole("combobox", { name: "Delimiter" })).toHaveDisplayValue("comma")
    expect(screen.getByRole("region", { name: "Joined text" })).toHaveTextContent("How do you do?")
    await user.click(screen.getByRole("button", { name: /^answer/ }))
    expect(screen.getByRole("region", { name: "Joined text" })).toHaveTextContent("How do you do? Fine.")

    const dataset = makeDataset()
    const sent = receives("post", "/datasets/ingest", {
      dataset,
      tokenization: null,
      job: null,
      task_id: null,
    })
    await user.click(screen.getByRole("button", { name: "Create dataset" }))
    await waitFor(() => expect(sent).toHaveLength(1))
    expect(sent[0]?.body).toMatchObject({
      upload_id: upload.id,
      name: "interviews",
      text_columns: ["text", "answer"],
      separator: "\n",
      on_bad_rows: "refuse",
    })
  })

  it("reads the rows again when a detection is changed", async () => {
    const upload = takesUpload()
    const { user } = await drop()
    let asked = ""
    server.use(
      http.get(`${API}/uploads/${upload.id}/preview`, ({ request }) => {
        asked = new URL(request.url).search
        return HttpResponse.json(
          makePreview({
            delimiter: ";",
            columns: [{ name: "only", dtype: "string", is_text: true, null_share: 0 }],
            text_columns: ["only"],
            rows: [],
          }),
        )
      }),
    )
    await user.selectOptions(screen.getByRole("combobox", { name: "Delimiter" }), "semicolon")
    expect(await screen.findByRole("button", { name: /^only/ })).toBeInTheDocument()
    expect(asked).toBe("?delimiter=%3B")
  })

  it("lists bad rows, and sets them aside when asked", async () => {
    takesUpload(
      makePreview({ bad_rows: [{ row: 17, reason: "3 columns expected, 5 found", text: "a,b,c,d,e" }] }),
    )
    const { user } = await drop()
    expect(screen.getByText("row 17")).toBeInTheDocument()
    expect(screen.getByText("3 columns expected, 5 found")).toBeInTheDocument()
    const sent = receives("post", "/datasets/ingest", {
      dataset: makeDataset(),
      tokenization: null,
      job: null,
      task_id: null,
    })
    await user.click(screen.getByRole("checkbox", { name: /Set such rows aside/ }))
    await user.click(screen.getByRole("button", { name: "Create dataset" }))
    await waitFor(() => expect(sent[0]?.body).toMatchObject({ on_bad_rows: "set_aside" }))
  })

  it("says at the name that it is taken", async () => {
    takesUpload()
    const { user } = await drop()
    server.use(http.post(`${API}/datasets/ingest`, () => problem(409, "NAME_TAKEN", "Taken.")))
    await user.click(screen.getByRole("button", { name: "Create dataset" }))
    await waitFor(() => expect(screen.getByRole("textbox", { name: "Name" })).toBeInvalid())
    expect(screen.getByText("A dataset of this name exists already.")).toBeInTheDocument()
  })

  it("says at the file why it was refused, and sends it again", async () => {
    server.use(http.post(`${API}/uploads`, () => problem(413, "TOO_LARGE", "The file is larger than 50 GB.")))
    const { user } = open("upload")
    await user.upload(screen.getByLabelText("Drop files here, or choose them"), new File(["x"], "big.csv"))
    expect(await screen.findByRole("alert")).toHaveTextContent("The file is larger than 50 GB. TOO_LARGE")
    takesUpload()
    await user.click(screen.getByRole("button", { name: "Send big.csv again" }))
    expect(await screen.findByRole("button", { name: "Create dataset" })).toBeEnabled()
  })
})

describe("from the Hub", () => {
  const split = (name: string, rows: number) => ({
    name,
    num_files: 1,
    num_bytes: rows * 36,
    num_rows: rows,
    num_bytes_arrow: rows * 100,
    is_exact: true,
  })
  const dataset = {
    name: "acme/tiny",
    sha: "686a2761e23b148a827ec7c3214cbced23a21d9b",
    url: "https://huggingface.co/datasets/acme/tiny",
    files_sha: "686a2761e23b148a827ec7c3214cbced23a21d9b",
    license: "mit",
    gated: "manual",
    downloads: 900,
    configs: [
      {
        name: "plain",
        is_default: true,
        format: "parquet",
        splits: [split("train", 2000), split("test", 300)],
      },
      { name: "broken", format: null, splits: [], problem: "No file of this config can be read." },
    ],
    default_config: "plain",
    warnings: ["The card names no licence text."],
  }

  async function choose() {
    answers("/hub/datasets", [{ name: "acme/tiny", downloads: 900 }])
    answers("/hub/datasets/acme%2Ftiny", dataset)
    answers("/hub/rows", makePreview())
    const view = open("hub")
    await view.user.type(screen.getByRole("combobox", { name: "Dataset" }), "tiny")
    await view.user.click(await screen.findByRole("option", { name: /acme\/tiny/ }))
    await screen.findByText("mit")
    return view
  }

  it("shows configs, splits, licence, access and the forecast", async () => {
    const { user } = await choose()
    expect(screen.getByText("Access must be asked for")).toBeInTheDocument()
    expect(screen.getByText("2,300 rows · 82.8 kB to download, 230 kB on disk")).toBeInTheDocument()
    await user.click(screen.getByRole("radio", { name: /^test/ }))
    expect(screen.getByText("300 rows · 10.8 kB to download, 30.0 kB on disk")).toBeInTheDocument()
    expect(await screen.findByRole("region", { name: "First rows" })).toHaveTextContent("How do you do?")
  })

  it("asks for what was chosen", async () => {
    const { user } = await choose()
    await user.click(screen.getByRole("radio", { name: /^test/ }))
    await user.click(screen.getByText("More"))
    await user.type(screen.getByRole("textbox", { name: "Only the first samples" }), "100")
    const sent = receives("post", "/datasets/download", {
      dataset: makeDataset(),
      tokenization: null,
      job: null,
      task_id: null,
    })
    await user.click(screen.getByRole("button", { name: "Download dataset" }))
    await waitFor(() => expect(sent).toHaveLength(1))
    expect(sent[0]?.body).toEqual({ name: "acme/tiny", config: "plain", split: "test", max_samples: 100 })
  })

  it("offers no download of a config that cannot be read", async () => {
    const { user } = await choose()
    await user.click(screen.getByRole("radio", { name: /^broken/ }))
    expect(screen.getByRole("alert")).toHaveTextContent("No file of this config can be read.")
    expect(screen.getByRole("button", { name: "Download dataset" })).toBeDisabled()
  })

  it("says what the Hub said", async () => {
    answers("/hub/datasets", [])
    server.use(
      http.get(`${API}/hub/datasets/:name`, () =>
        problem(404, "HUB_NOT_FOUND", "The Hub has no such repository."),
      ),
    )
    const { user } = open("hub")
    await user.type(screen.getByRole("combobox", { name: "Dataset" }), "no/such{Enter}")
    const alert = await screen.findByRole("alert")
    expect(within(alert).getByText("HUB_NOT_FOUND")).toBeInTheDocument()
  })
})
