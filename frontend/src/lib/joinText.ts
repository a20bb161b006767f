/** The text that is tokenized: the chosen columns of a row in their order, nulls left out, joined. */
export function joinText(
  row: Readonly<Record<string, unknown>>,
  columns: readonly string[],
  separator: string,
): string {
  return columns
    .map((column) => row[column])
    .filter((value) => value !== null && value !== undefined)
    .map((value) => (typeof value === "string" ? value : JSON.stringify(value)))
    .join(separator)
}

/** Escapes of a separator as people type them: "\n" and "\t". */
export function unescapeSeparator(typed: string): string {
  return typed.replaceAll("\\n", "\n").replaceAll("\\t", "\t")
}

export function escapeSeparator(separator: string): string {
  return separator.replaceAll("\n", "\\n").replaceAll("\t", "\\t")
}
