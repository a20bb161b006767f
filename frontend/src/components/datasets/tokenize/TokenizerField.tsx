import { useTokenizerSuggestions } from "@/hooks/useTokenizerSuggestions"
import { formatCount } from "@/lib/format"
import { Combobox } from "../../common/Combobox"
import { Field } from "../../common/Field"

interface TokenizerFieldProps {
  value: string
  onChange: (value: string) => void
  /** Called once the name is complete: taken from the list, or left. */
  onCommit: (value: string) => void
  error?: string
}

export function TokenizerField({ value, onChange, onCommit, error }: TokenizerFieldProps) {
  const { suggestions, loading } = useTokenizerSuggestions(value)
  const options = suggestions.map((one) => ({
    value: one.value,
    detail: one.local
      ? "on this server"
      : [one.gated && "gated", one.downloads !== null && `${formatCount(one.downloads)} downloads`]
          .filter(Boolean)
          .join(" · "),
  }))
  return (
    <Field label="Tokenizer" hint="A name on the Hub, or a folder of this installation." error={error}>
      {(control) => (
        <Combobox
          {...control}
          value={value}
          onChange={onChange}
          onCommit={onCommit}
          options={options}
          loading={loading}
          placeholder="openai-community/gpt2"
        />
      )}
    </Field>
  )
}
