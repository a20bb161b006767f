import type { ReactNode } from "react"
import { useLogOut } from "@/hooks/useSession"
import { useSettings } from "@/hooks/useSettings"
import { Button } from "../common/Button"
import { ErrorNotice } from "../common/ErrorNotice"
import { Fact, Facts } from "../common/Facts"
import { Skeleton } from "../common/Skeleton"
import { DiskUse } from "../settings/DiskUse"
import { HubAccess } from "../settings/HubAccess"
import { ThemeChoice } from "../settings/ThemeChoice"
import { PageBar } from "./PageBar"

export function SettingsPanel() {
  const query = useSettings()
  return (
    <>
      <PageBar title="Settings" />
      <div className="mx-auto flex max-w-4xl flex-col gap-4 px-4 py-4 sm:px-6 sm:py-6">
        {query.error && <ErrorNotice error={query.error} onRetry={() => query.refetch()} />}
        <Card title="Disk">
          <DiskUse />
        </Card>
        <Card title="Hugging Face Hub">
          {query.data ? <HubAccess settings={query.data} /> : <Skeleton className="h-24" />}
        </Card>
        <Card title="Theme">
          <ThemeChoice />
        </Card>
        <Card title="Versions">
          {query.data ? (
            <Facts>
              {Object.entries(query.data.versions).map(([name, version]) => (
                <Fact key={name} name={name}>
                  {version}
                </Fact>
              ))}
            </Facts>
          ) : (
            <Skeleton className="h-24" />
          )}
        </Card>
        {query.data?.needs_login && <LogOut />}
      </div>
    </>
  )
}

function LogOut() {
  const logOut = useLogOut()
  return (
    <div>
      <Button busy={logOut.isPending} onClick={() => logOut.mutate()}>
        Log out
      </Button>
    </div>
  )
}

function Card({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section aria-label={title} className="rounded-card border border-line bg-surface p-4 sm:p-5">
      <h2 className="mb-3 text-sm font-semibold">{title}</h2>
      {children}
    </section>
  )
}
