import type { ReactNode } from "react"
import { Button } from "./Button"
import { Dialog } from "./Dialog"
import { ErrorNotice } from "./ErrorNotice"

interface ConfirmDialogProps {
  open: boolean
  onClose: () => void
  onConfirm: () => void
  title: string
  /** What is lost and what is freed. */
  children: ReactNode
  verb: string
  busy?: boolean
  error?: unknown
}

export function ConfirmDialog({
  open,
  onClose,
  onConfirm,
  title,
  children,
  verb,
  busy,
  error,
}: ConfirmDialogProps) {
  return (
    <Dialog open={open} onClose={onClose} title={title}>
      <div className="overflow-auto px-4 pt-2 pb-5 text-muted sm:px-6">{children}</div>
      {error ? <ErrorNotice error={error} className="mx-4 mb-4 sm:mx-6" /> : null}
      <div className="flex justify-end gap-2 border-t border-line px-4 py-3 sm:px-6">
        <Button onClick={onClose}>Keep</Button>
        <Button look="danger" busy={busy} onClick={onConfirm}>
          {verb}
        </Button>
      </div>
    </Dialog>
  )
}
