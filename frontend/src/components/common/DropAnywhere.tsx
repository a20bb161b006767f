import { Upload } from "lucide-react"
import { useEffect, useState } from "react"
import { useNavigate } from "react-router"
import { startUploads } from "@/hooks/useUploads"

const carriesFiles = (event: DragEvent) => event.dataTransfer?.types.includes("Files") ?? false

/** Files dropped on any part of the page begin an upload. */
export function DropAnywhere() {
  const [over, setOver] = useState(false)
  const navigate = useNavigate()
  useEffect(() => {
    let depth = 0
    const enter = (event: DragEvent) => {
      if (!carriesFiles(event)) return
      depth += 1
      setOver(true)
    }
    const leave = (event: DragEvent) => {
      if (!carriesFiles(event)) return
      depth = Math.max(0, depth - 1)
      setOver(depth > 0)
    }
    const allow = (event: DragEvent) => {
      if (carriesFiles(event)) event.preventDefault()
    }
    const drop = (event: DragEvent) => {
      depth = 0
      setOver(false)
      if (event.defaultPrevented || !carriesFiles(event)) return
      event.preventDefault()
      const files = [...(event.dataTransfer?.files ?? [])]
      if (!files.length) return
      startUploads(files)
      navigate("/datasets/new/upload")
    }
    const reset = (event: DragEvent) => {
      if (!event.defaultPrevented) return
      depth = 0
      setOver(false)
    }
    window.addEventListener("dragenter", enter)
    window.addEventListener("dragleave", leave)
    window.addEventListener("dragover", allow)
    window.addEventListener("drop", drop)
    // A drop zone of its own stops the event on its way up; the veil must go all the same.
    window.addEventListener("drop", reset, { capture: true })
    return () => {
      window.removeEventListener("dragenter", enter)
      window.removeEventListener("dragleave", leave)
      window.removeEventListener("dragover", allow)
      window.removeEventListener("drop", drop)
      window.removeEventListener("drop", reset, { capture: true })
    }
  }, [navigate])
  if (!over) return null
  return (
    <div className="pointer-events-none fixed inset-0 z-[60] grid animate-in place-items-center bg-page/80 p-6">
      <div className="grid size-full place-items-center rounded-card border-2 border-dashed border-accent">
        <p className="flex items-center gap-3 text-lg font-semibold">
          <Upload className="size-6 text-accent-text" aria-hidden />
          Drop to upload
        </p>
      </div>
    </div>
  )
}
