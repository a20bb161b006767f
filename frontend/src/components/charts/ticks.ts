import type { ScaleContinuousNumeric } from "d3-scale"

/** Ticks at least `apart` pixels from one another; on a logarithmic axis 1, 2, 5, 10, … or powers of ten alone. */
export function ticksOf(
  scale: ScaleContinuousNumeric<number, number>,
  kind: "linear" | "log",
  count: number,
  apart: number,
) {
  if (kind === "linear") return thin(scale.ticks(count), scale, apart)
  const [low = 1, high = 1] = scale.domain()
  const decades: number[] = []
  for (let decade = 1; decade <= high; decade *= 10) decades.push(decade)
  const inside = (ticks: number[]) => ticks.filter((tick) => tick >= low && tick <= high)
  const fine = inside(decades.flatMap((decade) => [decade, 2 * decade, 5 * decade]))
  const close = fine.some((tick, index) => {
    const next = fine[index + 1]
    return next !== undefined && Math.abs(scale(next) - scale(tick)) < apart
  })
  return close ? thin(inside(decades), scale, apart) : fine
}

function thin(ticks: readonly number[], scale: (value: number) => number, apart: number): number[] {
  const kept: number[] = []
  for (const tick of ticks) {
    const previous = kept.at(-1)
    if (previous === undefined || Math.abs(scale(tick) - scale(previous)) >= apart) kept.push(tick)
  }
  return kept
}
