/** A token's text with its whitespace made visible: space as ·, newline as ⏎, tab as ⇥. */
export function TokenText({ text, title }: { text: string; title?: string }) {
  return (
    <code
      className="w-fit max-w-full truncate rounded bg-raised px-1 font-mono text-xs leading-5"
      title={title}
    >
      {visibleWhitespace(text) || "∅"}
    </code>
  )
}

export function visibleWhitespace(text: string): string {
  return text.replaceAll(" ", "·").replaceAll("\n", "⏎").replaceAll("\t", "⇥").replaceAll("\r", "␍")
}
