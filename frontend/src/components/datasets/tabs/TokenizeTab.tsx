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
import { LengthOptions } from "../tokenize/LengthOptions"
import { MoreOptions } from "../tokenize/MoreOptions"
import { TokenizerField } from "../tokenize/TokenizerField"

export function TokenizeTab({ dataset }: { dataset: DatasetView }) {
  const last = dataset.metadata.tokenization_config
  const [form, setForm] = useState({ ...EMPTY_FORM, tokenizerName: last?.tokenizer_name ?? "" })
  const [tried, setTried] = useState(false)
  const tokenize = useTokenize(dataset.id)
  const navigate = useNavigate()
  const schema = dataset.metadata.schema

  const errors = formErrors(form)
  const shownErrors = tried ? errors : {}
  const set = (change: Partial<typeof form>) => setForm((previous) => ({ ...previous, ...change }))
  const submit = () => {
    setTried(true)
    if (Object.keys(errors).length) return
    tokenize.mutate(toConfig(form) as TokenizationConfig, {
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
    </form>
  )
}
