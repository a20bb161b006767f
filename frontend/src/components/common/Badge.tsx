import type { ReactNode } from "react"
import { cn } from "@/lib/cn"

export type Tone = "neutral" | "accent" | "info" | "warn" | "danger" | "purple"

const tones: Record<Tone, string> = {
  neutral: "text-muted bg-raised",
  accent: "text-accent-text bg-accent/12",
  info: "text-info bg-info/12",
  warn: "text-warn bg-warn/12",
  danger: "text-danger bg-danger/12",
  purple: "text-purple bg-purple/12",
}

interface BadgeProps {
  tone?: Tone
  icon?: ReactNode
  children: ReactNode
  title?: string
  className?: string
}

export function Badge({ tone = "neutral", icon, children, title, className }: BadgeProps) {
  return (
    <span
      title={title}
      className={cn(
        "inline-flex h-5 shrink-0 items-center gap-1 rounded-md px-1.5 text-xs font-medium whitespace-nowrap [&_svg]:size-3",
        tones[tone],
        className,
      )}
    >
      {icon}
      {children}
    </span>
  )
}
