import { useTokenizerSuggestions } from "@/hooks/useTokenizerSuggestions"
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
  const { options, loading } = useTokenizerSuggestions(value)
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
