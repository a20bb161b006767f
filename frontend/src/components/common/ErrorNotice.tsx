import { CircleAlert, RotateCw, WifiOff } from "lucide-react"
import type { ReactNode } from "react"
import { ApiError, OfflineError } from "@/api/problem"
import type { FailureInfo } from "@/api/types"
import { Button } from "./Button"

interface Words {
  title: string
  detail: string
  code: string | null
  url: string | null
}

/** What happened, why, and what to do, taken from whatever was thrown or recorded. */
export function wordsOf(error: unknown): Words {
  if (error instanceof ApiError) {
    return { title: error.title, detail: error.detail, code: error.code, url: link(error.extra) }
  }
  if (error instanceof OfflineError) {
    const detail = "Check that miStudio is running. The page goes on by itself once it is back."
    return { title: "The server does not answer.", detail, code: null, url: null }
  }
  if (isFailure(error)) {
    return { title: error.title, detail: error.detail, code: error.code, url: link(error.extra) }
  }
  const detail = error instanceof Error ? error.message : String(error)
  return { title: "This did not work.", detail, code: null, url: null }
}

function isFailure(error: unknown): error is FailureInfo {
  return (
    typeof error === "object" && error !== null && "code" in error && "title" in error && "detail" in error
  )
}

/** Only web addresses: the text of an error is never trusted with another scheme. */
function link(extra: Readonly<Record<string, unknown>> | undefined): string | null {
  const url = extra?.url
  return typeof url === "string" && /^https?:\/\//.test(url) ? url : null
}

interface ErrorNoticeProps {
  error: unknown
  onRetry?: () => void
  action?: ReactNode
  className?: string
}

export function ErrorNotice({ error, onRetry, action, className }: ErrorNoticeProps) {
  const { title, detail, code, url } = wordsOf(error)
  const Icon = error instanceof OfflineError ? WifiOff : CircleAlert
  return (
    <div
      role="alert"
      className={`rounded-control border border-danger/35 bg-danger/8 p-3 text-sm ${className ?? ""}`}
    >
      <div className="flex gap-2.5">
        <Icon className="mt-0.5 size-4 shrink-0 text-danger" aria-hidden />
        <div className="min-w-0 flex-1">
          <p className="font-medium">{title}</p>
          {detail !== title && <p className="mt-0.5 break-words whitespace-pre-line text-muted">{detail}</p>}
          {url && (
            <a
              className="mt-1 inline-block text-accent-text underline underline-offset-2"
              href={url}
              rel="noreferrer"
              target="_blank"
            >
              Open its page
            </a>
          )}
          {code && <p className="mt-1.5 font-mono text-xs text-faint">{code}</p>}
        </div>
        {onRetry && (
          <Button size="sm" onClick={onRetry} icon={<RotateCw className="size-3.5" aria-hidden />}>
            Try again
          </Button>
        )}
        {action}
      </div>
    </div>
  )
}
