import { LoaderCircle } from "lucide-react"
import { type ReactNode, useId, useRef, useState } from "react"
import { cn } from "@/lib/cn"
import { controlClass } from "./Field"

export interface ComboOption {
  value: string
  /** What stands beside the value: facts that help to choose. */
  detail?: ReactNode
}

interface ComboboxProps {
  id?: string
  value: string
  onChange: (value: string) => void
  /** Called when the value is complete: an option is taken, Enter is pressed, or the field is left. */
  onCommit?: (value: string) => void
  options: readonly ComboOption[]
  loading?: boolean
  placeholder?: string
  "aria-describedby"?: string
  "aria-invalid"?: true
}

/** A text field with suggestions; anything may be typed. After the ARIA pattern "combobox with list autocomplete". */
export function Combobox(props: ComboboxProps) {
  const { id, value, onChange, onCommit, options, loading, placeholder } = props
  const listId = useId()
  const [open, setOpen] = useState(false)
  const [at, setAt] = useState(-1)
  const list = useRef<HTMLDivElement>(null)
  const shown = open && options.length > 0

  const take = (next: string) => {
    onChange(next)
    onCommit?.(next)
    setOpen(false)
    setAt(-1)
  }
  const move = (to: number) => {
    const next = (to + options.length) % options.length
    setOpen(true)
    setAt(next)
    list.current?.children[next]?.scrollIntoView({ block: "nearest" })
  }
  const onKeyDown = (event: React.KeyboardEvent) => {
    if (event.key === "ArrowDown" && options.length) move(shown ? at + 1 : 0)
    else if (event.key === "ArrowUp" && options.length) move(shown ? at - 1 : options.length - 1)
    else if (event.key === "Enter" && shown && options[at]) take(options[at].value)
    else if (event.key === "Enter" && onCommit) take(value)
    else if (event.key === "Escape" && shown) {
      setOpen(false)
      event.stopPropagation()
    } else return
    event.preventDefault()
  }
  return (
    <div className="relative">
      <input
        id={id}
        type="text"
        role="combobox"
        aria-expanded={shown}
        aria-controls={listId}
        aria-autocomplete="list"
        aria-activedescendant={shown && at >= 0 ? `${listId}-${at}` : undefined}
        aria-describedby={props["aria-describedby"]}
        aria-invalid={props["aria-invalid"]}
        autoComplete="off"
        spellCheck={false}
        placeholder={placeholder}
        value={value}
        onChange={(event) => {
          onChange(event.target.value)
          setOpen(true)
          setAt(-1)
        }}
        onClick={() => setOpen(true)}
        onFocus={() => setOpen(true)}
        onBlur={() => {
          setOpen(false)
          onCommit?.(value)
        }}
        onKeyDown={onKeyDown}
        className={cn(controlClass, "h-9 pr-8")}
      />
      {loading && (
        <LoaderCircle className="absolute top-2.5 right-2.5 size-4 animate-spin text-faint" aria-hidden />
      )}
      <div
        ref={list}
        id={listId}
        role="listbox"
        aria-label="Suggestions"
        hidden={!shown}
        className="absolute inset-x-0 top-full z-30 mt-1 max-h-72 overflow-auto rounded-control border border-line-strong bg-surface p-1 shadow-float"
      >
        {options.map((option, index) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are handled by the text field, which keeps the focus.
          <div
            key={option.value}
            id={`${listId}-${index}`}
            role="option"
            aria-selected={index === at}
            tabIndex={-1}
            onMouseDown={(event) => event.preventDefault()}
            onClick={() => take(option.value)}
            className={cn(
              "flex min-h-8 cursor-pointer items-center justify-between gap-4 rounded-md px-2 py-1 text-[13px] hover:bg-raised",
              index === at && "bg-raised",
            )}
          >
            <span className="truncate font-medium">{option.value}</span>
            <span className="shrink-0 text-xs text-faint">{option.detail}</span>
          </div>
        ))}
      </div>
    </div>
  )
}
