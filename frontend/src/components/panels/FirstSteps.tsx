import { Cloud, FlaskConical, Upload } from "lucide-react"
import type { ReactNode } from "react"
import { Link, useNavigate } from "react-router"
import { useStartDemo } from "@/hooks/useDatasets"
import { ErrorNotice } from "../common/ErrorNotice"

const door =
  "flex h-full w-full flex-col items-start rounded-card border border-line bg-surface p-5 text-left transition-colors duration-150 hover:border-accent"

/** The empty panel: what miStudio does, and three ways in. */
export function FirstSteps() {
  const demo = useStartDemo()
  const navigate = useNavigate()
  const start = () =>
    demo.mutate(undefined, {
      onSuccess: ({ dataset }) => {
        if (dataset) navigate(`/datasets/${dataset.id}`, { state: { fromPanel: true } })
      },
    })
  return (
    <div className="mx-auto max-w-4xl px-1 py-10 sm:py-20">
      <h2 className="text-2xl font-semibold tracking-tight">Turn text into token datasets you can trust</h2>
      <p className="mt-2 max-w-2xl text-base text-muted">
        Take a dataset from the Hugging Face Hub or a file of yours, tokenize it with any tokenizer, and see
        exactly what came out.
      </p>
      <ul className="mt-8 grid gap-4 sm:grid-cols-3">
        <li>
          <Link to="/datasets/new/hub" className={door}>
            <Door icon={<Cloud />} title="From the Hub">
              Search the public datasets, choose config and split.
            </Door>
          </Link>
        </li>
        <li>
          <Link to="/datasets/new/upload" className={door}>
            <Door icon={<Upload />} title="Upload a file">
              CSV, JSON, Parquet or text. Or drop it anywhere on this page.
            </Door>
          </Link>
        </li>
        <li>
          <button
            type="button"
            className={door}
            onClick={start}
            disabled={demo.isPending}
            aria-busy={demo.isPending}
          >
            <Door icon={<FlaskConical />} title="Try the sample">
              A small text, tokenized with statistics in seconds. No internet needed.
            </Door>
          </button>
        </li>
      </ul>
      {demo.error && <ErrorNotice error={demo.error} className="mt-4" />}
    </div>
  )
}

function Door({ icon, title, children }: { icon: ReactNode; title: string; children: string }) {
  return (
    <>
      <span className="mb-4 text-accent-text [&_svg]:size-5" aria-hidden>
        {icon}
      </span>
      <span className="font-semibold">{title}</span>
      <span className="mt-1 text-[13px] text-muted">{children}</span>
    </>
  )
}
