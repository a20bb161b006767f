import { cn } from "@/lib/cn"

/** Stands in for what is loading, with the size of what comes. */
export function Skeleton({ className }: { className?: string }) {
  return <div aria-hidden className={cn("animate-pulse-soft rounded-md bg-raised", className)} />
}

export function LoadingText({ children }: { children: string }) {
  return (
    <span role="status" className="sr-only">
      {children}
    </span>
  )
}
