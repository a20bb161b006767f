import { ChevronRight } from "lucide-react"
import { useState } from "react"
import { Field, TextInput } from "../../common/Field"

export interface HubLimits {
  maxSamples: string
  displayName: string
}

interface HubMoreProps {
  limits: HubLimits
  onLimits: (limits: HubLimits) => void
  revision: string
  onRevision: (revision: string) => void
}

/** What few need: a part of the data, another revision, another name. */
export function HubMore({ limits, onLimits, revision, onRevision }: HubMoreProps) {
  const [typed, setTyped] = useState(revision)
  const wrong = limits.maxSamples.trim() !== "" && !/^[1-9]\d*$/.test(limits.maxSamples.trim())
  return (
    <details className="group rounded-control border border-line" open={revision !== "" || undefined}>
      <summary className="flex h-10 list-none items-center gap-2 px-3 text-[13px] font-medium">
        <ChevronRight
          className="size-4 text-faint transition-transform duration-150 group-open:rotate-90"
          aria-hidden
        />
        More
      </summary>
      <div className="grid gap-4 border-t border-line p-3 sm:grid-cols-3">
        <Field
          label="Only the first samples"
          hint="Of each split; empty for all."
          error={wrong && "A whole number, or empty."}
        >
          {(control) => (
            <TextInput
              {...control}
              inputMode="numeric"
              placeholder="all"
              value={limits.maxSamples}
              onChange={(event) => onLimits({ ...limits, maxSamples: event.target.value })}
            />
          )}
        </Field>
        <Field label="Revision" hint="A branch, tag or commit.">
          {(control) => (
            <TextInput
              {...control}
              className="font-mono"
              placeholder="main"
              value={typed}
              onChange={(event) => setTyped(event.target.value)}
              onBlur={() => onRevision(typed.trim())}
            />
          )}
        </Field>
        <Field label="Name" hint="How it is listed here.">
          {(control) => (
            <TextInput
              {...control}
              maxLength={200}
              value={limits.displayName}
              onChange={(event) => onLimits({ ...limits, displayName: event.target.value })}
            />
          )}
        </Field>
      </div>
    </details>
  )
}
