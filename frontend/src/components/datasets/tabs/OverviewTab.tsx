import type { DatasetView } from "@/api/types"
import { useDatasetProgress } from "@/hooks/useDatasetProgress"
import { formatDateTime } from "@/lib/format"
import { ShareBars } from "../../charts/ShareBars"
import { CopyButton } from "../../common/CopyButton"
import { ErrorNotice } from "../../common/ErrorNotice"
import { Fact, Facts, Section } from "../../common/Facts"
import { Figure } from "../../common/Figure"
import { BadRowList } from "../BadRowList"
import { ColumnList } from "../ColumnList"
import { JobProgress } from "../JobProgress"
import { SourceFacts } from "../SourceFacts"
import { TokenizationList } from "../TokenizationList"

export function OverviewTab({ dataset }: { dataset: DatasetView }) {
  const jobs = useDatasetProgress(dataset.id, dataset.active_jobs)
  const { metadata, splits } = dataset
  return (
    <div className="flex flex-col gap-8">
      {jobs.length > 0 && (
        <section aria-label="Running" className="flex flex-col gap-3">
          {jobs.map((job) => (
            <div key={job.id} className="rounded-card border border-line bg-page px-4 py-3">
              <JobProgress job={job} subject={dataset.name} />
            </div>
          ))}
        </section>
      )}
      {dataset.error && <ErrorNotice error={dataset.error} />}
      <div className="grid gap-8 lg:grid-cols-[1fr_21rem] lg:gap-10">
        <div className="flex min-w-0 flex-col gap-8">
          <TokenizationList datasetId={dataset.id} />
          {splits && Object.keys(splits).length > 0 && (
            <Section title="Splits">
              <ShareBars
                parts={Object.entries(splits).map(([name, value]) => ({ name, value }))}
                unit="samples"
              />
            </Section>
          )}
          {metadata.schema && <ColumnList dataset={dataset} />}
          <BadRowList rows={metadata.bad_rows ?? []} total={metadata.num_bad_rows} />
        </div>
        <div className="flex min-w-0 flex-col gap-8 max-lg:order-first">
          <Section title="Data">
            <Facts>
              <Fact name="Samples">
                <Figure value={dataset.num_samples} />
              </Fact>
              <Fact name="Columns">
                <Figure value={dataset.num_features} />
              </Fact>
              <Fact name="Size">
                <Figure value={dataset.size_bytes} bytes />
              </Fact>
              <Fact name="Added">{formatDateTime(dataset.created_at)}</Fact>
              <Fact name="Changed">{formatDateTime(dataset.updated_at)}</Fact>
              <Fact name="Id">
                <span className="flex items-center gap-1">
                  <code className="truncate font-mono text-xs">{dataset.id}</code>
                  <CopyButton text={dataset.id} label="Copy the id" />
                </span>
              </Fact>
            </Facts>
          </Section>
          <SourceFacts dataset={dataset} />
        </div>
      </div>
    </div>
  )
}
