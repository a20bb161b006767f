import { lazy, type ReactNode, Suspense, useState } from "react"

/** One line of a menu: an action, or with `checked` a choice. */
export interface MenuItem {
  label: string
  icon?: ReactNode
  danger?: boolean
  checked?: boolean
  onSelect: (checked: boolean) => void
}

export interface MenuProps {
  /** The accessible name of the button. */
  label: string
  trigger: ReactNode
  triggerClass: string
  items: readonly MenuItem[]
  /** `many`: several may be checked, the menu stays open. `one`: a radio group. */
  choice?: "many" | "one"
  align?: "start" | "end"
  disabled?: boolean
}

const OpenedMenu = lazy(() => import("./OpenedMenu").then((file) => ({ default: file.OpenedMenu })))

/** A button with a menu. The menu's code is fetched when it is first opened: the first view does without. */
export function Menu(props: MenuProps) {
  const [wanted, setWanted] = useState(false)
  const button = (
    <button
      type="button"
      className={props.triggerClass}
      aria-label={props.label}
      aria-haspopup="menu"
      aria-expanded={false}
      disabled={props.disabled}
      onClick={() => setWanted(true)}
    >
      {props.trigger}
    </button>
  )
  return wanted ? (
    <Suspense fallback={button}>
      <OpenedMenu {...props} />
    </Suspense>
  ) : (
    button
  )
}
