import { Command } from "cmdk"
import {
  Cloud,
  Columns2,
  Database,
  FlaskConical,
  ListChecks,
  Moon,
  Search,
  Settings,
  Sun,
  Upload,
} from "lucide-react"
import { Dialog } from "radix-ui"
import { type ReactNode, useDeferredValue, useState } from "react"
import { useNavigate } from "react-router"
import { toast } from "sonner"
import { useDatasets, useStartDemo } from "@/hooks/useDatasets"
import { formatCount } from "@/lib/format"
import { usePaletteStore } from "@/stores/paletteStore"
import { isLight, useThemeStore } from "@/stores/themeStore"
import { wordsOf } from "../common/ErrorNotice"

const SHOWN = 8

interface Action {
  words: string
  icon: ReactNode
  run: () => void
}

/** Every place and action by name, and any dataset by a part of its name. */
export function CommandPalette() {
  const { isOpen, close } = usePaletteStore()
  return (
    <Dialog.Root open={isOpen} onOpenChange={(open) => !open && close()}>
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 z-[70] animate-in bg-black/60" />
        <Dialog.Content
          aria-describedby={undefined}
          className="fixed top-[12vh] left-1/2 z-[70] w-[min(36rem,calc(100vw-2rem))] -translate-x-1/2 animate-in overflow-hidden rounded-card border border-line-strong bg-surface shadow-float focus:outline-none"
        >
          <Dialog.Title className="sr-only">Commands</Dialog.Title>
          <Commands />
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  )
}

function Commands() {
  const [typed, setTyped] = useState("")
  const q = useDeferredValue(typed.trim())
  const close = usePaletteStore((state) => state.close)
  const datasets = useDatasets({ q, sort: "-updated_at" })
  const actions = useActions()
  const found = datasets.data?.pages[0]?.items.slice(0, SHOWN) ?? []
  const navigate = useNavigate()
  const shown = actions.filter((action) => action.words.toLowerCase().includes(q.toLowerCase()))
  const take = (run: () => void) => () => {
    close()
    run()
  }
  return (
    // The server searches the datasets, so the list is filtered here already.
    <Command shouldFilter={false} label="Commands">
      <div className="flex items-center gap-2.5 border-b border-line px-4">
        <Search className="size-4 shrink-0 text-faint" aria-hidden />
        <Command.Input
          value={typed}
          onValueChange={setTyped}
          placeholder="Search datasets and commands"
          className="h-12 w-full bg-transparent text-sm outline-none"
        />
      </div>
      <Command.List className="max-h-96 overflow-auto p-1.5">
        <Command.Empty className="px-3 py-8 text-center text-muted">Nothing fits.</Command.Empty>
        {shown.length > 0 && (
          <Command.Group heading="Commands" className={groupClass}>
            {shown.map((action) => (
              <Command.Item
                key={action.words}
                value={action.words}
                onSelect={take(action.run)}
                className={itemClass}
              >
                {action.icon}
                {action.words}
              </Command.Item>
            ))}
          </Command.Group>
        )}
        {found.length > 0 && (
          <Command.Group heading="Datasets" className={groupClass}>
            {found.map((dataset) => (
              <Command.Item
                key={dataset.id}
                value={dataset.id}
                onSelect={take(() => navigate(`/datasets/${dataset.id}`))}
                className={itemClass}
              >
                <Database aria-hidden />
                <span className="min-w-0 flex-1 truncate">{dataset.name}</span>
                <span className="text-xs text-faint tnum">{formatCount(dataset.num_samples)} samples</span>
              </Command.Item>
            ))}
          </Command.Group>
        )}
      </Command.List>
    </Command>
  )
}

const groupClass =
  "[&_[cmdk-group-heading]]:px-2.5 [&_[cmdk-group-heading]]:pt-2 [&_[cmdk-group-heading]]:pb-1 [&_[cmdk-group-heading]]:text-xs [&_[cmdk-group-heading]]:text-faint"
const itemClass =
  "flex h-9 cursor-pointer items-center gap-2.5 rounded-md px-2.5 text-[13px] data-[selected=true]:bg-raised [&_svg]:size-4 [&_svg]:shrink-0 [&_svg]:text-faint"

function useActions(): Action[] {
  const navigate = useNavigate()
  const demo = useStartDemo()
  const choice = useThemeStore((state) => state.choice)
  const choose = useThemeStore((state) => state.choose)
  const light = isLight(choice)
  const startDemo = () =>
    demo.mutate(undefined, {
      onSuccess: ({ dataset }) => dataset && navigate(`/datasets/${dataset.id}`),
      onError: (error) => toast.error(wordsOf(error).title, { description: wordsOf(error).detail }),
    })
  return [
    {
      words: "Add a dataset from the Hub",
      icon: <Cloud aria-hidden />,
      run: () => navigate("/datasets/new/hub"),
    },
    { words: "Upload a file", icon: <Upload aria-hidden />, run: () => navigate("/datasets/new/upload") },
    { words: "Try the sample", icon: <FlaskConical aria-hidden />, run: startDemo },
    { words: "Go to Datasets", icon: <Database aria-hidden />, run: () => navigate("/datasets") },
    { words: "Go to Jobs", icon: <ListChecks aria-hidden />, run: () => navigate("/jobs") },
    { words: "Go to Compare", icon: <Columns2 aria-hidden />, run: () => navigate("/compare") },
    { words: "Go to Settings", icon: <Settings aria-hidden />, run: () => navigate("/settings") },
    {
      words: light ? "Switch to the dark theme" : "Switch to the light theme",
      icon: light ? <Moon aria-hidden /> : <Sun aria-hidden />,
      run: () => choose(light ? "dark" : "light"),
    },
  ]
}
