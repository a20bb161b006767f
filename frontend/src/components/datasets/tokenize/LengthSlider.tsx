import { Slider } from "radix-ui"
import type { DryRun } from "@/api/types"
import { formatExact } from "@/lib/format"

const STEPS_PER_DOUBLING = 8

interface LengthSliderProps {
  curve: DryRun["truncation_curve"]
  length: number | null
  onChange: (length: number) => void
}

/** Chooses the maximum length on the curve's own logarithmic axis. */
export function LengthSlider({ curve, length, onChange }: LengthSliderProps) {
  const lowest = Math.max(1, curve[0]?.max_length ?? 1)
  const highest = Math.max(lowest + 1, curve.at(-1)?.max_length ?? 2)
  const place = (value: number) => Math.log2(Math.min(highest, Math.max(lowest, value))) * STEPS_PER_DOUBLING
  return (
    <div className="mt-3 flex items-center gap-4">
      <Slider.Root
        min={place(lowest)}
        max={place(highest)}
        step={0.25}
        value={[place(length ?? lowest)]}
        onValueChange={([value]) =>
          value !== undefined && onChange(Math.round(2 ** (value / STEPS_PER_DOUBLING)))
        }
        className="relative flex h-5 flex-1 touch-none items-center select-none"
      >
        <Slider.Track className="relative h-1 grow rounded-full bg-raised">
          <Slider.Range className="absolute h-full rounded-full bg-accent" />
        </Slider.Track>
        <Slider.Thumb
          aria-label="Maximum length"
          aria-valuetext={length === null ? undefined : `${formatExact(length)} tokens`}
          className="block size-4 rounded-full border-2 border-accent bg-surface"
        />
      </Slider.Root>
      <span className="w-24 text-right text-[13px] tnum">
        {length === null ? "" : `${formatExact(length)} tokens`}
      </span>
    </div>
  )
}
