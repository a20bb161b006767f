import { LoaderCircle } from "lucide-react"
import type { ButtonHTMLAttributes, ReactNode, Ref } from "react"
import { cn } from "@/lib/cn"

type Look = "primary" | "secondary" | "ghost" | "danger"

const looks: Record<Look, string> = {
  primary: "bg-accent-fill text-on-accent hover:bg-accent-hover",
  secondary: "border border-line-strong bg-surface text-fg hover:bg-raised",
  ghost: "text-muted hover:bg-raised hover:text-fg",
  danger: "bg-danger-fill text-white hover:brightness-110",
}

const sizes = {
  sm: "h-8 px-2.5 gap-1.5 text-[13px]",
  md: "h-9 px-3.5 gap-2 text-sm",
  lg: "h-11 px-5 gap-2 text-sm",
}

export interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  look?: Look
  size?: keyof typeof sizes
  icon?: ReactNode
  /** Shows that the action runs; the button keeps its width and takes no second click. */
  busy?: boolean
  ref?: Ref<HTMLButtonElement>
}

export function buttonClass(look: Look = "secondary", size: keyof typeof sizes = "md"): string {
  return cn(
    "inline-flex shrink-0 select-none items-center justify-center rounded-control font-medium whitespace-nowrap",
    "transition-colors duration-150 disabled:cursor-not-allowed disabled:opacity-50",
    looks[look],
    sizes[size],
  )
}

export function Button({
  look,
  size,
  icon,
  busy = false,
  className,
  children,
  disabled,
  ...rest
}: ButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      className={cn(buttonClass(look, size), className)}
      disabled={disabled || busy}
      aria-busy={busy || undefined}
    >
      {busy ? <LoaderCircle className="size-4 animate-spin" aria-hidden /> : icon}
      {children}
    </button>
  )
}

interface IconButtonProps extends Omit<ButtonProps, "icon" | "children"> {
  label: string
  children: ReactNode
}

/** A button that is an icon; its label is its accessible name and its tooltip. */
export function IconButton({
  label,
  look = "ghost",
  className,
  children,
  busy,
  disabled,
  ...rest
}: IconButtonProps) {
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      {...rest}
      disabled={disabled || busy}
      className={cn(buttonClass(look, "sm"), "size-8 px-0 [&_svg]:size-4", className)}
    >
      {busy ? <LoaderCircle className="animate-spin" aria-hidden /> : children}
    </button>
  )
}
