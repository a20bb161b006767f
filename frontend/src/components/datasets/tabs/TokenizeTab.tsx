import { useState } from "react"
import { useNavigate } from "react-router"
import { toast } from "sonner"
import type { DatasetView, TokenizationConfig } from "@/api/types"
import { useTokenize } from "@/hooks/useTokenize"
import { formatExact } from "@/lib/format"
import { EMPTY_FORM, formErrors, toConfig } from "@/lib/tokenizeForm"
import { Button } from "../../common/Button"
import { ErrorNotice } from "../../common/ErrorNotice"
import { Switch } from "../../common/Switch"
import { ExistingResult } from "../tokenize/ExistingResult"
import { Forecast } from "../tokenize/Forecast"
import { LengthOptions } from "../tokenize/LengthOptions"
import { MoreOptions } from "../tokenize/MoreOptions"
import { TokenizerField } from "../tokenize/TokenizerField"
import { TokenPreview } from "../tokenize/TokenPreview"

export function TokenizeTab({ dataset }: { dataset: DatasetView }) {
  const last = dataset.metadata.tokenization_config
  const [form, setForm] = useState({ ...EMPTY_FORM, tokenizerName: last?.tokenizer_name ?? "" })
  const [tried, setTried] = useState(false)
  const tokenize = useTokenize(dataset.id)
  const navigate = useNavigate()
  const schema = dataset.metadata.schema
  const split = Object.keys(dataset.splits ?? {})[0] ?? ""

  const [committed, setCommitted] = useState(form.tokenizerName)
  const errors = formErrors(form)
  const valid = Object.keys(errors).length === 0
  const config = valid ? (toConfig(form) as TokenizationConfig) : null
  // A name that is still being typed is not asked for: it would be looked up on the Hub letter by letter.
  const settled = committed === form.tokenizerName ? config : null
  const shownErrors = tried ? errors : {}
  const set = (change: Partial<typeof form>) => setForm((previous) => ({ ...previous, ...change }))
  const submit = () => {
    setTried(true)
    if (!config) return
    tokenize.mutate(config, {
      onSuccess: ({ job, tokenization }) => {
        if (job) {
          navigate(`/datasets/${dataset.id}/overview`, { replace: true })
          return
        }
        toast.success("This result exists already.", { description: "The same tokens were made before." })
        const search = tokenization ? `?tokenization=${tokenization.id}` : ""
        navigate(`/datasets/${dataset.id}/statistics${search}`, { replace: true })
      },
    })
  }
  return (
    <form
      noValidate
      className="grid gap-6 lg:grid-cols-[minmax(20rem,26rem)_1fr]"
      onSubmit={(event) => {
        event.preventDefault()
        submit()
      }}
    >
      <div className="flex flex-col gap-5">
        <TokenizerField
          value={form.tokenizerName}
          onChange={(tokenizerName) => set({ tokenizerName })}
          onCommit={setCommitted}
          error={shownErrors.tokenizerName}
        />
        <LengthOptions form={form} errors={shownErrors} set={set} />
        <Switch
          label="Special tokens"
          hint="Adds those the model expects, such as the beginning of a sequence."
          checked={form.addSpecialTokens}
          onChange={(addSpecialTokens) => set({ addSpecialTokens })}
        />
        <Switch
          label="Attention mask"
          hint="1 for tokens, 0 for padding."
          checked={form.attentionMask}
          onChange={(attentionMask) => set({ attentionMask })}
        />
        <MoreOptions
          form={form}
          errors={shownErrors}
          set={set}
          columns={schema?.all_columns ?? []}
          textColumns={schema?.text_columns ?? []}
          defaultSeparator={schema?.separator ?? "\n"}
          hasChatTemplate={null}
        />
        <ExistingResult dataset={dataset} config={config} />
        {tokenize.error && <ErrorNotice error={tokenize.error} />}
        <Button
          type="submit"
          look="primary"
          size="lg"
          busy={tokenize.isPending}
          disabled={dataset.num_samples === null}
        >
          Tokenize {formatExact(dataset.num_samples)} samples
        </Button>
      </div>
      <div className="flex min-w-0 flex-col gap-8">
        <TokenPreview
          datasetId={dataset.id}
          split={split}
          samples={dataset.splits?.[split] ?? 0}
          config={settled}
        />
        <Forecast
          datasetId={dataset.id}
          config={settled}
          length={/^\d+$/.test(form.length) ? Number(form.length) : null}
          onLength={(length) => set({ length: String(length) })}
        />
      </div>
    </form>
  )
}
