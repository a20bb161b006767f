import { RadioGroup } from "radix-ui"
import type { ReactNode } from "react"
import { cn } from "@/lib/cn"

interface SegmentedProps<Value extends string> {
  label: string
  value: Value
  onChange: (value: Value) => void
  options: readonly { value: Value; label: ReactNode; disabled?: boolean }[]
  className?: string
}

/** A choice of few, all in sight. Arrow keys move, as in every radio group. */
export function Segmented<Value extends string>(props: SegmentedProps<Value>) {
  const { label, value, onChange, options, className } = props
  return (
    <RadioGroup.Root
      aria-label={label}
      value={value}
      onValueChange={(next) => onChange(next as Value)}
      orientation="horizontal"
      className={cn("flex w-full rounded-control border border-line-strong bg-page p-0.5", className)}
    >
      {options.map((option) => (
        <RadioGroup.Item
          key={option.value}
          value={option.value}
          disabled={option.disabled}
          className={cn(
            "h-7.5 min-w-0 flex-1 truncate rounded-md px-2.5 text-[13px] font-medium text-muted transition-colors duration-150",
            "hover:text-fg disabled:cursor-not-allowed disabled:opacity-50",
            "data-[state=checked]:bg-raised data-[state=checked]:text-fg data-[state=checked]:shadow-sm",
            "light:data-[state=checked]:bg-white light:data-[state=checked]:ring-1 light:data-[state=checked]:ring-line-strong",
          )}
        >
          {option.label}
        </RadioGroup.Item>
      ))}
    </RadioGroup.Root>
  )
}
