import { formatCount } from "./format"

interface Named {
  tokenizer_name: string
  max_length: number | null
  context_size: number | null
}

/** "openai-community/gpt2" → "gpt2": the part that tells tokenizers apart. */
export function shortTokenizer(name: string): string {
  return name.slice(name.lastIndexOf("/") + 1)
}

/** "gpt2 · 512", or "gpt2 · packed 1,024". */
export function tokenizationLabel(tokenization: Named): string {
  const { tokenizer_name, max_length, context_size } = tokenization
  const length = context_size === null ? formatCount(max_length) : `packed ${formatCount(context_size)}`
  return `${shortTokenizer(tokenizer_name)} · ${length}`
}
