import { ChevronDown } from "lucide-react"
import { type InputHTMLAttributes, type ReactNode, type Ref, type SelectHTMLAttributes, useId } from "react"
import { cn } from "@/lib/cn"

export const controlClass = cn(
  "w-full rounded-control border border-line-strong bg-page px-3 text-sm text-fg",
  "transition-colors duration-150 hover:border-faint disabled:cursor-not-allowed disabled:opacity-50",
  "aria-invalid:border-danger",
)

interface FieldProps {
  label: ReactNode
  /** One line that says what the option does. */
  hint?: ReactNode
  error?: ReactNode
  className?: string
  children: (control: { id: string; "aria-describedby"?: string; "aria-invalid"?: true }) => ReactNode
}

/** A labelled control with its hint and its error, wired for screen readers. */
export function Field({ label, hint, error, className, children }: FieldProps) {
  const id = useId()
  const note = error || hint
  return (
    <div className={className}>
      <label htmlFor={id} className="mb-1.5 block text-[13px] font-medium">
        {label}
      </label>
      {children({
        id,
        "aria-describedby": note ? `${id}-note` : undefined,
        "aria-invalid": error ? true : undefined,
      })}
      {note && (
        <p
          id={`${id}-note`}
          role={error ? "alert" : undefined}
          className={cn("mt-1.5 text-xs", error ? "text-danger" : "text-faint")}
        >
          {note}
        </p>
      )}
    </div>
  )
}

interface TextInputProps extends InputHTMLAttributes<HTMLInputElement> {
  ref?: Ref<HTMLInputElement>
}

export function TextInput({ className, ...rest }: TextInputProps) {
  return (
    <input
      type="text"
      autoComplete="off"
      spellCheck={false}
      {...rest}
      className={cn(controlClass, "h-9", className)}
    />
  )
}

export function Select({ className, children, ...rest }: SelectHTMLAttributes<HTMLSelectElement>) {
  return (
    <span className={cn("relative inline-block w-full", className)}>
      <select {...rest} className={cn(controlClass, "h-9 appearance-none pr-8")}>
        {children}
      </select>
      <ChevronDown className="pointer-events-none absolute top-2.5 right-2.5 size-4 text-faint" aria-hidden />
    </span>
  )
}
