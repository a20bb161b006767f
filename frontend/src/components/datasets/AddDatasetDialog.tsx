import { useEffect, useState } from "react"
import { Navigate, useLocation, useNavigate, useParams } from "react-router"
import { toast } from "sonner"
import type { JobAccepted } from "@/api/types"
import { useUploads } from "@/hooks/useUploads"
import { Dialog } from "../common/Dialog"
import { Segmented } from "../common/Segmented"
import { DropZone } from "./DropZone"
import { HubForm } from "./hub/HubForm"
import { UploadForm } from "./UploadForm"
import { UploadList } from "./UploadList"

const SOURCES = [
  { value: "hub", label: "From the Hub" },
  { value: "upload", label: "Upload a file" },
] as const

/** Adding a dataset: from the Hub or from a file, each at its own address. */
export function AddDatasetDialog() {
  const { source } = useParams()
  const { search } = useLocation()
  const navigate = useNavigate()
  const close = () => {
    const params = new URLSearchParams(search)
    params.delete("name")
    navigate({ pathname: "/datasets", search: params.toString() })
  }
  if (source !== "hub" && source !== "upload") return <Navigate to="/datasets/new/hub" replace />
  const accepted = ({ dataset }: JobAccepted) => {
    if (dataset)
      navigate({ pathname: `/datasets/${dataset.id}`, search }, { replace: true, state: { fromPanel: true } })
  }
  return (
    <Dialog
      open
      onClose={close}
      size="form"
      title="Add a dataset"
      returnFocus={() => document.getElementById("add-dataset")}
    >
      <div className="flex min-h-0 flex-1 flex-col gap-4 overflow-auto px-4 pt-4 sm:px-6">
        <Segmented
          label="Source"
          value={source}
          options={SOURCES}
          onChange={(next) => navigate({ pathname: `/datasets/new/${next}`, search }, { replace: true })}
          className="max-w-xs shrink-0"
        />
        {source === "hub" ? (
          <HubForm initial={new URLSearchParams(search).get("name") ?? ""} onAccepted={accepted} />
        ) : (
          <UploadPane onAccepted={accepted} />
        )}
      </div>
    </Dialog>
  )
}

function UploadPane({ onAccepted }: { onAccepted: (accepted: JobAccepted) => void }) {
  const { uploads, start, remove } = useUploads()
  const [current, setCurrent] = useState<string | null>(null)
  const shown = uploads.find((upload) => upload.key === current) ?? uploads[0]
  const key = shown?.key ?? null
  useEffect(() => {
    if (key !== current) setCurrent(key)
  }, [key, current])

  const add = (files: File[]) => {
    const [first] = start(files)
    if (first && !shown) setCurrent(first)
  }
  const accept = (accepted: JobAccepted) => {
    if (!shown) return
    remove(shown.key)
    if (uploads.length > 1) toast.success(`${accepted.dataset?.name ?? shown.file.name} is being read.`)
    else onAccepted(accepted)
  }
  if (!shown) {
    return (
      <div className="pb-5">
        <DropZone onFiles={add} />
      </div>
    )
  }
  return (
    <div className="flex flex-col gap-4">
      <UploadList current={key} onSelect={setCurrent} />
      {shown.view && <UploadForm key={shown.key} upload={shown.view} onAccepted={accept} />}
      {!shown.view && (
        <div className="pb-5">
          <DropZone onFiles={add} compact />
        </div>
      )}
    </div>
  )
}
