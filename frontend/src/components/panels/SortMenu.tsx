import { ArrowDownUp } from "lucide-react"
import type { DatasetSort } from "@/api/datasets"
import { buttonClass } from "../common/Button"
import { Menu } from "../common/Menu"

const SORTS: readonly [DatasetSort, string][] = [
  ["-created_at", "Newest first"],
  ["created_at", "Oldest first"],
  ["-updated_at", "Last changed"],
  ["name", "Name, A to Z"],
  ["-name", "Name, Z to A"],
  ["-num_samples", "Most samples"],
]

export function SortMenu({ sort, onChange }: { sort: DatasetSort; onChange: (sort: DatasetSort) => void }) {
  const words = SORTS.find(([value]) => value === sort)?.[1] ?? sort
  return (
    <Menu
      label={`Sort: ${words}`}
      triggerClass={buttonClass("secondary", "sm")}
      choice="one"
      trigger={
        <>
          <ArrowDownUp className="size-3.5 text-faint" aria-hidden />
          {words}
        </>
      }
      items={SORTS.map(([value, name]) => ({
        label: name,
        checked: value === sort,
        onSelect: () => onChange(value),
      }))}
    />
  )
}
