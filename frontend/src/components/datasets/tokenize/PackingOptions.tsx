import type { TokenizeForm, TokenPolicy } from "@/lib/tokenizeForm"
import { Field, Select, TextInput } from "../../common/Field"
import { Switch } from "../../common/Switch"
import type { OptionsProps } from "./LengthOptions"

const POLICIES: readonly [TokenPolicy, string][] = [
  ["none", "none"],
  ["bos", "beginning-of-sequence"],
  ["eos", "end-of-sequence"],
  ["sep", "separator"],
]

const PLACES: readonly [
  keyof TokenizeForm & ("beginBatch" | "beginSequence" | "separatorToken"),
  string,
  string,
][] = [
  ["beginBatch", "First token of a row", "Set at the beginning of every row."],
  ["beginSequence", "Before each document", "Set in front of every document."],
  ["separatorToken", "Between documents", "Set where one document ends and the next begins."],
]

/** Which tokens stand between packed documents, in the terms of SAELens. */
export function PackingOptions({ form, errors, set }: OptionsProps) {
  return (
    <>
      {PLACES.map(([name, label, hint]) => (
        <Field key={name} label={label} hint={hint}>
          {(control) => (
            <Select
              {...control}
              value={form[name]}
              onChange={(event) => set({ [name]: event.target.value as TokenPolicy })}
            >
              {POLICIES.map(([value, words]) => (
                <option key={value} value={value}>
                  {words}
                </option>
              ))}
            </Select>
          )}
        </Field>
      ))}
      <Switch
        label="Shuffle the documents"
        hint="In an order that the seed fixes."
        checked={form.shuffle}
        onChange={(shuffle) => set({ shuffle })}
      />
      {form.shuffle && (
        <Field label="Seed" error={errors.seed}>
          {(control) => (
            <TextInput
              {...control}
              inputMode="numeric"
              value={form.seed}
              onChange={(event) => set({ seed: event.target.value })}
            />
          )}
        </Field>
      )}
    </>
  )
}
