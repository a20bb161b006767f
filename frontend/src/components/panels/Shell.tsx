import { Columns2, Database, ListChecks, Settings } from "lucide-react"
import { NavLink, Outlet } from "react-router"
import { cn } from "@/lib/cn"

const PLACES = [
  { to: "/datasets", label: "Datasets", icon: Database },
  { to: "/jobs", label: "Jobs", icon: ListChecks },
  { to: "/compare", label: "Compare", icon: Columns2 },
  { to: "/settings", label: "Settings", icon: Settings },
]

/** The frame: a narrow rail on the left, along the lower edge on a phone; the page beside it. */
export function Shell() {
  return (
    <div className="min-h-dvh bg-page pb-16 sm:pb-0 sm:pl-18">
      <a
        href="#main"
        className="sr-only z-50 rounded-control bg-accent-fill px-3 py-2 font-medium text-on-accent focus:not-sr-only focus:fixed focus:top-2 focus:left-2"
      >
        Skip to the content
      </a>
      <nav
        aria-label="Main"
        className="fixed z-30 flex border-line bg-surface max-sm:inset-x-0 max-sm:bottom-0 max-sm:h-16 max-sm:justify-around max-sm:border-t sm:inset-y-0 sm:left-0 sm:w-18 sm:flex-col sm:gap-1 sm:border-r sm:py-3"
      >
        <img src="/favicon.svg" alt="" className="mx-auto mb-3 hidden size-8 sm:block" />
        {PLACES.map(({ to, label, icon: Icon }) => (
          <NavLink
            key={to}
            to={to}
            className={({ isActive }) =>
              cn(
                "flex flex-col items-center justify-center gap-1 rounded-control text-[11px] font-medium transition-colors duration-150",
                "max-sm:my-1.5 max-sm:w-18 sm:mx-1.5 sm:h-14",
                isActive
                  ? "bg-raised text-fg [&_svg]:text-accent-text"
                  : "text-muted hover:bg-raised hover:text-fg",
              )
            }
          >
            <Icon className="size-5" aria-hidden />
            {label}
          </NavLink>
        ))}
      </nav>
      <main id="main" className="min-h-dvh">
        <Outlet />
      </main>
    </div>
  )
}
