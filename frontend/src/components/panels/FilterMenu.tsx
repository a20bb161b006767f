import { ChevronDown } from "lucide-react"
import { cn } from "@/lib/cn"
import { buttonClass } from "../common/Button"
import { Menu } from "../common/Menu"

interface FilterMenuProps {
  label: string
  /** More than one may be chosen; none means all. */
  chosen: readonly string[]
  options: readonly (readonly [string, string])[]
  onChange: (chosen: string[]) => void
}

export function FilterMenu({ label, chosen, options, onChange }: FilterMenuProps) {
  const words = options.filter(([value]) => chosen.includes(value)).map(([, name]) => name)
  return (
    <Menu
      label={`${label}: ${words.join(", ") || "all"}`}
      triggerClass={cn(buttonClass("secondary", "sm"), words.length > 0 && "border-accent")}
      choice="many"
      trigger={
        <>
          <span className={words.length ? "text-muted" : ""}>{label}</span>
          {words.length > 0 && <span>{words.length > 1 ? words.length : words[0]}</span>}
          <ChevronDown className="size-3.5 text-faint" aria-hidden />
        </>
      }
      items={options.map(([value, name]) => ({
        label: name,
        checked: chosen.includes(value),
        onSelect: (checked) => onChange(checked ? [...chosen, value] : chosen.filter((one) => one !== value)),
      }))}
    />
  )
}
