import { ArrowDownUp, Check } from "lucide-react"
import { DropdownMenu } from "radix-ui"
import type { DatasetSort } from "@/api/datasets"
import { buttonClass } from "../common/Button"
import { menuClass, menuItemClass } from "./FilterMenu"

const SORTS: readonly [DatasetSort, string][] = [
  ["-created_at", "Newest first"],
  ["created_at", "Oldest first"],
  ["-updated_at", "Last changed"],
  ["name", "Name, A to Z"],
  ["-name", "Name, Z to A"],
  ["-num_samples", "Most samples"],
]

export function SortMenu({ sort, onChange }: { sort: DatasetSort; onChange: (sort: DatasetSort) => void }) {
  const words = SORTS.find(([value]) => value === sort)?.[1]
  return (
    <DropdownMenu.Root>
      <DropdownMenu.Trigger className={buttonClass("secondary", "sm")} aria-label={`Sort: ${words}`}>
        <ArrowDownUp className="size-3.5 text-faint" aria-hidden />
        {words}
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content align="start" sideOffset={6} className={menuClass}>
          <DropdownMenu.RadioGroup value={sort} onValueChange={(value) => onChange(value as DatasetSort)}>
            {SORTS.map(([value, name]) => (
              <DropdownMenu.RadioItem key={value} value={value} className={menuItemClass}>
                <span className="size-4">
                  <DropdownMenu.ItemIndicator>
                    <Check className="size-4 text-accent-text" aria-hidden />
                  </DropdownMenu.ItemIndicator>
                </span>
                {name}
              </DropdownMenu.RadioItem>
            ))}
          </DropdownMenu.RadioGroup>
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  )
}
