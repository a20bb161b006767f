/** The tokenize form: its fields, what is wrong with them, and the request they make. */

export type TokenPolicy = "none" | "bos" | "eos" | "sep"

export interface TokenizeForm {
  tokenizerName: string
  revision: string
  packed: boolean
  /** max_length, or the row length when packed. */
  length: string
  padding: "longest" | "max_length" | "do_not_pad"
  truncation: "longest_first" | "only_first" | "only_second" | "do_not_truncate"
  stride: string
  padToMultipleOf: string
  addSpecialTokens: boolean
  attentionMask: boolean
  textColumns: readonly string[] | null
  separator: string | null
  chat: boolean
  messagesColumn: string
  generationPrompt: boolean
  beginBatch: TokenPolicy
  beginSequence: TokenPolicy
  separatorToken: TokenPolicy
  shuffle: boolean
  seed: string
}

export const EMPTY_FORM: TokenizeForm = {
  tokenizerName: "",
  revision: "",
  packed: false,
  length: "512",
  padding: "max_length",
  truncation: "longest_first",
  stride: "",
  padToMultipleOf: "",
  addSpecialTokens: true,
  attentionMask: true,
  textColumns: null,
  separator: null,
  chat: false,
  messagesColumn: "messages",
  generationPrompt: false,
  beginBatch: "bos",
  beginSequence: "none",
  separatorToken: "bos",
  shuffle: false,
  seed: "0",
}

export type FormErrors = Partial<Record<keyof TokenizeForm, string>>

/** A whole number within bounds, or null when the text is none. */
function whole(text: string, from: number, to: number): number | null {
  if (!/^\d+$/.test(text.trim())) return null
  const value = Number(text)
  return value >= from && value <= to ? value : null
}

const MAX_LENGTH = 2 ** 24

export function formErrors(form: TokenizeForm): FormErrors {
  const errors: FormErrors = {}
  const name = form.tokenizerName.trim()
  if (!name) errors.tokenizerName = "Choose a tokenizer."
  else if (!/^(local:[\w.-]+|[\w.-]+(\/[\w.-]+)?)$/.test(name))
    errors.tokenizerName = "A Hub name, or local:folder."
  const length = whole(form.length, 1, MAX_LENGTH)
  if (length === null) errors.length = "A whole number from 1 to 16,777,216."
  if (form.textColumns?.length === 0) errors.textColumns = "Choose at least one column."
  if (form.packed) {
    if (form.shuffle && whole(form.seed, 0, Number.MAX_SAFE_INTEGER) === null) errors.seed = "A whole number."
    return errors
  }
  if (form.stride.trim()) {
    const stride = whole(form.stride, 0, MAX_LENGTH)
    if (stride === null) errors.stride = "A whole number, or empty."
    else if (form.truncation === "do_not_truncate") errors.stride = "Overlapping windows need truncation."
    else if (length !== null && stride >= length)
      errors.stride = "It must be smaller than the maximum length."
  }
  if (form.padToMultipleOf.trim() && whole(form.padToMultipleOf, 1, 2 ** 16) === null) {
    errors.padToMultipleOf = "A whole number from 1 to 65,536, or empty."
  }
  return errors
}

const policy = (value: TokenPolicy) => (value === "none" ? null : value)

/** The request's body. Call it only for a form without errors. */
export function toConfig(form: TokenizeForm) {
  const shared = {
    tokenizer_name: form.tokenizerName.trim(),
    ...(form.revision.trim() && { tokenizer_revision: form.revision.trim() }),
    add_special_tokens: form.addSpecialTokens,
    return_attention_mask: form.attentionMask,
    ...(form.textColumns && !form.chat && { text_columns: [...form.textColumns] }),
    ...(form.separator !== null && !form.chat && { text_separator: form.separator }),
    ...(form.chat && {
      chat_template: { messages_column: form.messagesColumn, add_generation_prompt: form.generationPrompt },
    }),
  }
  if (form.packed) {
    return {
      ...shared,
      packing: {
        context_size: Number(form.length),
        begin_batch_token: policy(form.beginBatch),
        begin_sequence_token: policy(form.beginSequence),
        sequence_separator_token: policy(form.separatorToken),
        shuffle: form.shuffle,
        seed: form.shuffle ? Number(form.seed) : 0,
      },
    }
  }
  return {
    ...shared,
    max_length: Number(form.length),
    padding: form.padding,
    truncation: form.truncation,
    ...(form.stride.trim() && { stride: Number(form.stride) }),
    ...(form.padToMultipleOf.trim() && { pad_to_multiple_of: Number(form.padToMultipleOf) }),
  }
}
