import { RadioGroup } from "radix-ui"
import { cn } from "@/lib/cn"

interface ChoiceChipsProps {
  label: string
  value: string
  onChange: (value: string) => void
  options: readonly { value: string; label: string; detail?: string }[]
}

/** One of several, each with its facts. */
export function ChoiceChips({ label, value, onChange, options }: ChoiceChipsProps) {
  return (
    <div>
      <p className="mb-1.5 text-[13px] font-medium">{label}</p>
      <RadioGroup.Root
        aria-label={label}
        value={value}
        onValueChange={onChange}
        className="flex max-h-40 flex-wrap gap-2 overflow-auto p-0.5"
      >
        {options.map((option) => (
          <RadioGroup.Item
            key={option.value}
            value={option.value}
            className={cn(
              "flex min-h-9 items-baseline gap-2 rounded-control border border-line-strong bg-page px-3 py-2 text-[13px] font-medium",
              "transition-colors duration-150 hover:border-faint data-[state=checked]:border-accent data-[state=checked]:bg-accent/8",
            )}
          >
            {option.label}
            {option.detail && <span className="text-xs font-normal text-faint tnum">{option.detail}</span>}
          </RadioGroup.Item>
        ))}
      </RadioGroup.Root>
    </div>
  )
}
