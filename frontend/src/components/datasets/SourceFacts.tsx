import type { DatasetView } from "@/api/types"
import { UNKNOWN } from "@/lib/format"
import { Fact, Facts, Section } from "../common/Facts"
import { Figure } from "../common/Figure"

/** Where the data came from. */
export function SourceFacts({ dataset }: { dataset: DatasetView }) {
  const source = dataset.metadata.source
  if (dataset.source === "HUGGINGFACE") {
    return (
      <Section title="Source">
        <Facts>
          <Fact name="Repository">{dataset.repo_id ?? UNKNOWN}</Fact>
          <Fact name="Config">{dataset.config ?? source?.config ?? UNKNOWN}</Fact>
          <Fact name="Split">{source?.split ?? "all"}</Fact>
          <Fact name="Revision">
            <code className="font-mono text-xs">{source?.revision?.slice(0, 12) ?? UNKNOWN}</code>
          </Fact>
          <Fact name="Licence">{source?.license ?? UNKNOWN}</Fact>
          {source?.max_samples != null && (
            <Fact name="Limited to">
              <Figure value={source.max_samples} unit="samples" />
            </Fact>
          )}
        </Facts>
      </Section>
    )
  }
  return (
    <Section title="Source">
      <Facts>
        <Fact name="File">{source?.filename ?? UNKNOWN}</Fact>
        <Fact name="Format">
          {[source?.format, source?.compression].filter(Boolean).join(", ") || UNKNOWN}
        </Fact>
        <Fact name="Encoding">{source?.encoding ?? UNKNOWN}</Fact>
        <Fact name="File size">
          <Figure value={source?.size_bytes} bytes />
        </Fact>
        <Fact name="SHA-256">
          <code className="font-mono text-xs" title={source?.sha256 ?? undefined}>
            {source?.sha256?.slice(0, 16) ?? UNKNOWN}
          </code>
        </Fact>
      </Facts>
    </Section>
  )
}
