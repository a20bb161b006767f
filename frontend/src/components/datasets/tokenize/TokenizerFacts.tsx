import type { TokenizerInfo } from "@/api/types"
import { formatExact } from "@/lib/format"
import { Badge } from "../../common/Badge"

/** A tokenizer in a line: its kind, its vocabulary, its special tokens. */
export function TokenizerFacts({ tokenizer }: { tokenizer: TokenizerInfo }) {
  const specials = Object.entries(tokenizer.special_tokens).filter(
    ([name, value]) => !name.endsWith("_id") && typeof value === "string",
  )
  return (
    <div className="flex flex-wrap items-center gap-1.5 text-xs">
      <Badge>{tokenizer.model_type}</Badge>
      <Badge>{formatExact(tokenizer.vocab_size)} tokens</Badge>
      {tokenizer.model_max_length !== null && (
        <Badge>model length {formatExact(tokenizer.model_max_length)}</Badge>
      )}
      {!tokenizer.is_fast && <Badge tone="warn">slow: runs in Python</Badge>}
      {tokenizer.has_chat_template && <Badge tone="info">chat template</Badge>}
      {specials.map(([name, value]) => (
        <Badge key={name} title={name}>
          <span className="text-faint">{name.replace("_token", "")}</span>
          <code className="font-mono">{String(value)}</code>
        </Badge>
      ))}
    </div>
  )
}
