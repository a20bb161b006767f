import { cn } from "@/lib/cn"

interface ProgressBarProps {
  /** 0 to 100; null while the total is unknown: then the bar moves and claims no share. */
  value: number | null | undefined
  /** Nothing happens yet: the bar is empty and still. */
  idle?: boolean
  label: string
  className?: string
}

export function ProgressBar({ value, idle = false, label, className }: ProgressBarProps) {
  const known = value !== null && value !== undefined
  return (
    <div
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={known ? Math.floor(value) : undefined}
      className={cn("relative h-1.5 w-full overflow-hidden rounded-full bg-raised", className)}
    >
      {known ? (
        <div
          className="h-full rounded-full bg-accent transition-[width] duration-200 ease-linear"
          style={{ width: `${Math.min(100, Math.max(0, value))}%` }}
        />
      ) : (
        !idle && <div className="h-full w-1/3 animate-slide rounded-full bg-accent/80" />
      )}
    </div>
  )
}
