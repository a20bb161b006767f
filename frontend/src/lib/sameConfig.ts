/** Whether two configurations ask for the same: what is null, absent or an object's default is equal. */
export function sameConfig(
  a: Readonly<Record<string, unknown>>,
  b: Readonly<Record<string, unknown>>,
  defaults: Readonly<Record<string, unknown>> = {},
): boolean {
  const names = new Set([...Object.keys(a), ...Object.keys(b)])
  // Packing sets the row length itself; what the other fields say then means nothing.
  const packed = a.packing != null && b.packing != null
  for (const name of names) {
    if (packed && ROW_FIELDS.has(name)) continue
    if (!equal(a[name] ?? defaults[name] ?? null, b[name] ?? defaults[name] ?? null)) return false
  }
  return true
}

const ROW_FIELDS = new Set(["max_length", "padding", "truncation", "stride", "pad_to_multiple_of"])

function equal(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false
  if (Array.isArray(a) || Array.isArray(b)) return JSON.stringify(a) === JSON.stringify(b)
  const first = a as Record<string, unknown>
  const second = b as Record<string, unknown>
  return [...new Set([...Object.keys(first), ...Object.keys(second)])].every((name) =>
    equal(first[name] ?? false, second[name] ?? false),
  )
}
