import { Check } from "lucide-react"
import { DropdownMenu } from "radix-ui"
import { cn } from "@/lib/cn"
import type { MenuItem, MenuProps } from "./Menu"

const itemClass =
  "flex h-8 cursor-pointer items-center gap-2 rounded-md px-2 text-[13px] outline-none select-none data-[highlighted]:bg-raised [&_svg]:size-4"

/** The menu itself, open from the start. */
export function OpenedMenu({
  label,
  trigger,
  triggerClass,
  items,
  choice,
  align = "start",
  disabled,
}: MenuProps) {
  return (
    <DropdownMenu.Root defaultOpen>
      <DropdownMenu.Trigger className={triggerClass} aria-label={label} disabled={disabled}>
        {trigger}
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          align={align}
          sideOffset={6}
          className="z-50 min-w-44 animate-in rounded-control border border-line-strong bg-surface p-1 shadow-float"
        >
          {items.map((item) =>
            choice ? (
              <Choice key={item.label} item={item} many={choice === "many"} />
            ) : (
              <DropdownMenu.Item
                key={item.label}
                className={cn(itemClass, item.danger ? "text-danger" : "[&_svg]:text-faint")}
                onSelect={() => item.onSelect(true)}
              >
                {item.icon}
                {item.label}
              </DropdownMenu.Item>
            ),
          )}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  )
}

function Choice({ item, many }: { item: MenuItem; many: boolean }) {
  return (
    <DropdownMenu.CheckboxItem
      className={itemClass}
      role={many ? "menuitemcheckbox" : "menuitemradio"}
      checked={item.checked}
      onSelect={(event) => many && event.preventDefault()}
      onCheckedChange={item.onSelect}
    >
      <span className={cn("grid size-4 place-items-center", many && "rounded border border-line-strong")}>
        <DropdownMenu.ItemIndicator>
          <Check className="size-3! text-accent-text" aria-hidden />
        </DropdownMenu.ItemIndicator>
      </span>
      {item.label}
    </DropdownMenu.CheckboxItem>
  )
}
