import { Check, ChevronDown } from "lucide-react"
import { DropdownMenu } from "radix-ui"
import { cn } from "@/lib/cn"
import { buttonClass } from "../common/Button"

interface FilterMenuProps {
  label: string
  /** More than one may be chosen; none means all. */
  chosen: readonly string[]
  options: readonly (readonly [string, string])[]
  onChange: (chosen: string[]) => void
}

export const menuClass =
  "z-50 min-w-44 animate-in rounded-control border border-line-strong bg-surface p-1 shadow-float"
export const menuItemClass =
  "flex h-8 cursor-pointer items-center gap-2 rounded-md px-2 text-[13px] outline-none select-none data-[disabled]:opacity-50 data-[highlighted]:bg-raised"

export function FilterMenu({ label, chosen, options, onChange }: FilterMenuProps) {
  const words = options.filter(([value]) => chosen.includes(value)).map(([, name]) => name)
  return (
    <DropdownMenu.Root>
      <DropdownMenu.Trigger
        className={cn(buttonClass("secondary", "sm"), words.length > 0 && "border-accent")}
        aria-label={`${label}: ${words.join(", ") || "all"}`}
      >
        <span className={words.length ? "text-muted" : ""}>{label}</span>
        {words.length > 0 && <span>{words.length > 1 ? words.length : words[0]}</span>}
        <ChevronDown className="size-3.5 text-faint" aria-hidden />
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content align="start" sideOffset={6} className={menuClass}>
          {options.map(([value, name]) => (
            <DropdownMenu.CheckboxItem
              key={value}
              className={menuItemClass}
              checked={chosen.includes(value)}
              onSelect={(event) => event.preventDefault()}
              onCheckedChange={(checked) =>
                onChange(checked ? [...chosen, value] : chosen.filter((one) => one !== value))
              }
            >
              <span className="grid size-4 place-items-center rounded border border-line-strong">
                <DropdownMenu.ItemIndicator>
                  <Check className="size-3 text-accent-text" aria-hidden />
                </DropdownMenu.ItemIndicator>
              </span>
              {name}
            </DropdownMenu.CheckboxItem>
          ))}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  )
}
