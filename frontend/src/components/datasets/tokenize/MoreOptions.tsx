import { ChevronRight } from "lucide-react"
import { escapeSeparator, unescapeSeparator } from "@/lib/joinText"
import { Field, Select, TextInput } from "../../common/Field"
import { Switch } from "../../common/Switch"
import type { OptionsProps } from "./LengthOptions"
import { PackingOptions } from "./PackingOptions"

interface MoreOptionsProps extends OptionsProps {
  columns: readonly string[]
  textColumns: readonly string[]
  defaultSeparator: string
  hasChatTemplate: boolean | null
}

/** The options that few need: columns, windows, packing tokens, chat template. */
export function MoreOptions(props: MoreOptionsProps) {
  const { form, errors, set, columns, textColumns, defaultSeparator, hasChatTemplate } = props
  const chosen = form.textColumns ?? textColumns
  const toggle = (column: string) =>
    set({
      textColumns: chosen.includes(column) ? chosen.filter((one) => one !== column) : [...chosen, column],
    })
  return (
    <details className="group rounded-control border border-line">
      <summary className="flex h-10 list-none items-center gap-2 px-3 text-[13px] font-medium">
        <ChevronRight
          className="size-4 text-faint transition-transform duration-150 group-open:rotate-90"
          aria-hidden
        />
        More
      </summary>
      <div className="flex flex-col gap-4 border-t border-line p-3">
        {form.packed ? (
          <PackingOptions form={form} errors={errors} set={set} />
        ) : (
          <div className="grid gap-4 sm:grid-cols-2">
            <Field
              label="Overlap"
              hint="Cut texts go on in further rows, which share this many tokens."
              error={errors.stride}
            >
              {(control) => (
                <TextInput
                  {...control}
                  inputMode="numeric"
                  placeholder="no further rows"
                  value={form.stride}
                  onChange={(event) => set({ stride: event.target.value })}
                />
              )}
            </Field>
            <Field
              label="Pad to a multiple of"
              hint="Row lengths are rounded up to it."
              error={errors.padToMultipleOf}
            >
              {(control) => (
                <TextInput
                  {...control}
                  inputMode="numeric"
                  placeholder="any length"
                  value={form.padToMultipleOf}
                  onChange={(event) => set({ padToMultipleOf: event.target.value })}
                />
              )}
            </Field>
          </div>
        )}
        <fieldset disabled={form.chat}>
          <legend className="mb-1.5 text-[13px] font-medium">Text columns</legend>
          <div className="flex max-h-40 flex-wrap gap-x-4 gap-y-2 overflow-auto">
            {columns.map((column) => (
              <label key={column} className="flex items-center gap-2 text-[13px]">
                <input
                  type="checkbox"
                  className="checkbox"
                  checked={chosen.includes(column)}
                  onChange={() => toggle(column)}
                />
                {column}
              </label>
            ))}
          </div>
          {errors.textColumns && <p className="mt-1.5 text-xs text-danger">{errors.textColumns}</p>}
        </fieldset>
        {chosen.length > 1 && !form.chat && (
          <Field label="Joined with" hint="\n is a new line, \t a tab.">
            {(control) => (
              <TextInput
                {...control}
                className="font-mono"
                value={escapeSeparator(form.separator ?? defaultSeparator)}
                onChange={(event) => set({ separator: unescapeSeparator(event.target.value) })}
              />
            )}
          </Field>
        )}
        <Field label="Tokenizer revision" hint="A branch, tag or commit; empty for the newest.">
          {(control) => (
            <TextInput
              {...control}
              className="font-mono"
              value={form.revision}
              onChange={(event) => set({ revision: event.target.value })}
            />
          )}
        </Field>
        <Switch
          label="Chat template"
          hint={
            hasChatTemplate === false
              ? "This tokenizer has none."
              : "Renders a column of messages with the tokenizer's own template."
          }
          checked={form.chat}
          disabled={hasChatTemplate === false && !form.chat}
          onChange={(chat) => set({ chat })}
        />
        {form.chat && (
          <>
            <Field label="Column of messages">
              {(control) => (
                <Select
                  {...control}
                  value={form.messagesColumn}
                  onChange={(event) => set({ messagesColumn: event.target.value })}
                >
                  {!columns.includes(form.messagesColumn) && <option>{form.messagesColumn}</option>}
                  {columns.map((column) => (
                    <option key={column}>{column}</option>
                  ))}
                </Select>
              )}
            </Field>
            <Switch
              label="Add the generation prompt"
              hint="Ends each text where the assistant would begin to answer."
              checked={form.generationPrompt}
              onChange={(generationPrompt) => set({ generationPrompt })}
            />
          </>
        )}
      </div>
    </details>
  )
}
