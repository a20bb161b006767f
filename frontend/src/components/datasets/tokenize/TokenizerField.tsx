import { useTokenizerSuggestions } from "@/hooks/useTokenizerSuggestions"
import { Combobox } from "../../common/Combobox"
import { Field } from "../../common/Field"

interface TokenizerFieldProps {
  value: string
  onChange: (value: string) => void
  error?: string
}

export function TokenizerField({ value, onChange, error }: TokenizerFieldProps) {
  const { options, loading } = useTokenizerSuggestions(value)
  return (
    <Field label="Tokenizer" hint="A name on the Hub, or a folder of this installation." error={error}>
      {(control) => (
        <Combobox
          {...control}
          value={value}
          onChange={onChange}
          options={options}
          loading={loading}
          placeholder="openai-community/gpt2"
        />
      )}
    </Field>
  )
}
