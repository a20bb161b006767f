import type { FormErrors, TokenizeForm } from "@/lib/tokenizeForm"
import { Field, Select, TextInput } from "../../common/Field"
import { Segmented } from "../../common/Segmented"

export interface OptionsProps {
  form: TokenizeForm
  errors: FormErrors
  set: (change: Partial<TokenizeForm>) => void
}

const PADDING_HINTS = {
  max_length: "Every row gets the full length.",
  longest: "Rows are as long as the longest of their 1,000.",
  do_not_pad: "Rows keep their own length.",
}
const TRUNCATION_HINTS = {
  longest_first: "What is longer is cut at the end.",
  only_first: "The first of two texts is cut. With one text: the same as above.",
  only_second: "The second of two texts is cut. Needs pairs of texts.",
  do_not_truncate: "Nothing is cut; rows may be longer than the maximum.",
}

/** Row length, and how texts are brought to it: each on its own row, or packed one after the other. */
export function LengthOptions({ form, errors, set }: OptionsProps) {
  return (
    <>
      <div>
        <p className="mb-1.5 text-[13px] font-medium">Rows</p>
        <Segmented
          label="Rows"
          value={form.packed ? "packed" : "each"}
          onChange={(value) => set({ packed: value === "packed" })}
          options={[
            { value: "each", label: "One sample a row" },
            { value: "packed", label: "Packed" },
          ]}
        />
        <p className="mt-1.5 text-xs text-faint">
          {form.packed
            ? "Samples are joined and cut into rows of exactly this size: no padding, nothing lost but the last remainder."
            : "Every sample becomes a row of its own, cut and padded as chosen below."}
        </p>
      </div>
      <Field
        label={form.packed ? "Context size" : "Maximum length"}
        hint={form.packed ? "Tokens in every row." : "Tokens a row may have, special tokens included."}
        error={errors.length}
      >
        {(control) => (
          <TextInput
            {...control}
            inputMode="numeric"
            value={form.length}
            onChange={(event) => set({ length: event.target.value })}
            className="tnum"
          />
        )}
      </Field>
      {!form.packed && (
        <div className="grid gap-4 sm:grid-cols-2">
          <Field label="Padding" hint={PADDING_HINTS[form.padding]}>
            {(control) => (
              <Select
                {...control}
                value={form.padding}
                onChange={(event) => set({ padding: event.target.value as TokenizeForm["padding"] })}
              >
                <option value="max_length">To the maximum length</option>
                <option value="longest">To the longest</option>
                <option value="do_not_pad">None</option>
              </Select>
            )}
          </Field>
          <Field label="Truncation" hint={TRUNCATION_HINTS[form.truncation]}>
            {(control) => (
              <Select
                {...control}
                value={form.truncation}
                onChange={(event) => set({ truncation: event.target.value as TokenizeForm["truncation"] })}
              >
                <option value="longest_first">Longest first</option>
                <option value="only_first">Only the first text</option>
                <option value="only_second">Only the second text</option>
                <option value="do_not_truncate">None</option>
              </Select>
            )}
          </Field>
        </div>
      )}
    </>
  )
}
