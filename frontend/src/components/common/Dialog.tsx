import { X } from "lucide-react"
import { Dialog as Radix } from "radix-ui"
import type { ReactNode } from "react"
import { cn } from "@/lib/cn"
import { IconButton } from "./Button"

interface DialogProps {
  open: boolean
  onClose: () => void
  title: ReactNode
  description?: ReactNode
  /** `page`: wide and tall, a full page on a phone. `form`: wide, as tall as it needs. `small`: a question. */
  size?: "page" | "form" | "small"
  header?: ReactNode
  /** Where the focus goes when the dialog closes; by default where it came from. */
  returnFocus?: () => HTMLElement | null
  children: ReactNode
}

const sizes = {
  page: "inset-0 sm:inset-x-6 sm:inset-y-6 lg:inset-x-[max(1.5rem,calc(50vw-44rem))] sm:rounded-card sm:border",
  form: "inset-0 sm:inset-auto sm:top-[6vh] sm:left-1/2 sm:max-h-[88vh] sm:w-[min(64rem,calc(100vw-3rem))] sm:-translate-x-1/2 sm:rounded-card sm:border",
  small:
    "left-1/2 top-[18vh] max-h-[70vh] w-[min(28rem,calc(100vw-2rem))] -translate-x-1/2 rounded-card border",
}

export function Dialog(props: DialogProps) {
  const { open, onClose, title, description, size = "small", header, returnFocus, children } = props
  return (
    <Radix.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-40 animate-in bg-black/60" />
        <Radix.Content
          {...(description ? {} : { "aria-describedby": undefined })}
          onOpenAutoFocus={(event) => {
            // The dialog itself takes the focus, not its close button; a field that asks for it keeps it.
            const content = event.currentTarget as HTMLElement
            if (content.contains(document.activeElement)) return
            event.preventDefault()
            content.focus()
          }}
          onCloseAutoFocus={(event) => {
            const target = returnFocus?.()
            if (!target) return
            event.preventDefault()
            target.focus()
          }}
          className={cn(
            "fixed z-50 flex animate-in flex-col overflow-hidden border-line bg-surface shadow-float focus:outline-none",
            sizes[size],
          )}
        >
          <div className="flex items-start gap-3 px-4 pt-4 sm:px-6 sm:pt-5">
            <div className="min-w-0 flex-1">
              <Radix.Title className="truncate text-base font-semibold sm:text-lg">{title}</Radix.Title>
              {description && (
                <Radix.Description asChild>
                  <div className="mt-1 text-sm text-muted">{description}</div>
                </Radix.Description>
              )}
            </div>
            {header}
            <Radix.Close asChild>
              <IconButton label="Close" className="-mr-1.5">
                <X aria-hidden />
              </IconButton>
            </Radix.Close>
          </div>
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}
