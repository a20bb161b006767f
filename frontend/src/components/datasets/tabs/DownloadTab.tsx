import { Link } from "react-router"
import type { DatasetView } from "@/api/types"
import { useTokenizations } from "@/hooks/useDatasets"
import { tokenizationLabel } from "@/lib/tokenizationName"
import { buttonClass } from "../../common/Button"
import { CopyButton } from "../../common/CopyButton"
import { Section } from "../../common/Facts"
import { Figure } from "../../common/Figure"
import { ExportList } from "../download/ExportList"

/** Where the data lie, and the lines of code that read them. */
export function DownloadTab({ dataset }: { dataset: DatasetView }) {
  const tokenizations = useTokenizations(dataset.id)
  const ready = tokenizations.data?.items.filter((item) => item.path) ?? []
  return (
    <div className="flex flex-col gap-8">
      <p className="max-w-2xl text-muted">
        Everything is kept as Arrow below the data directory of this server and opens with{" "}
        <code className="font-mono text-xs">datasets.load_from_disk</code>.
      </p>
      {dataset.raw_path && (
        <Section title="Raw data">
          <PathCode path={dataset.raw_path} bytes={dataset.size_bytes} variable="dataset" />
        </Section>
      )}
      {ready.map((item) => (
        <Section key={item.id} title={tokenizationLabel(item)}>
          <PathCode path={item.path ?? ""} bytes={item.size_bytes} variable="tokens" />
          <ExportList tokenization={item} />
        </Section>
      ))}
      {dataset.repo_id && (
        <Section title="Source">
          <Link
            to={{
              pathname: "/datasets/new/hub",
              search: new URLSearchParams({ name: dataset.repo_id }).toString(),
            }}
            className={buttonClass()}
          >
            Download another part or revision
          </Link>
        </Section>
      )}
      {!dataset.raw_path && <p className="text-[13px] text-faint">There are no data yet.</p>}
    </div>
  )
}

interface PathCodeProps {
  path: string
  bytes: number | null
  variable: string
}

function PathCode({ path, bytes, variable }: PathCodeProps) {
  const code = `from datasets import load_from_disk\n\n${variable} = load_from_disk("${path}")`
  return (
    <div className="rounded-control border border-line bg-page">
      <div className="flex flex-wrap items-center gap-x-2 border-b border-line py-1 pr-1 pl-3 text-xs text-faint">
        <code className="min-w-0 flex-1 basis-40 truncate font-mono">{path}</code>
        <Figure value={bytes} bytes />
        <CopyButton text={path} label="Copy the path">
          Path
        </CopyButton>
        <CopyButton text={code} label="Copy the code">
          Code
        </CopyButton>
      </div>
      <pre
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard.
        tabIndex={0}
        className="overflow-x-auto px-3 py-2.5 font-mono text-xs leading-5"
      >
        {code}
      </pre>
    </div>
  )
}
