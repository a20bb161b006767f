import { useEffect, useState } from "react"
import { TextInput } from "../common/Field"

interface JumpToRowProps {
  rows: number
  disabled: boolean
  active: number | null
  onJump: (row: number) => void
}

export function JumpToRow({ rows, disabled, active, onJump }: JumpToRowProps) {
  const [typed, setTyped] = useState("")
  useEffect(() => {
    if (active === null) setTyped("")
  }, [active])
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        if (/^\d+$/.test(typed)) onJump(Math.min(rows - 1, Number(typed)))
      }}
    >
      <TextInput
        aria-label="Go to row"
        placeholder="Go to row"
        inputMode="numeric"
        disabled={disabled}
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
        className="w-28! tnum"
      />
    </form>
  )
}
