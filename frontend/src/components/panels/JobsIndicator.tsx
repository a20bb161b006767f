import { Activity } from "lucide-react"
import { Link } from "react-router"
import { useActiveJobCount } from "@/hooks/useJobs"
import { cn } from "@/lib/cn"
import { buttonClass } from "../common/Button"

/** How many jobs wait or run; leads to them. Absent while there is nothing to say. */
export function JobsIndicator() {
  const count = useActiveJobCount()
  if (!count) return null
  return (
    <Link to="/jobs" className={cn(buttonClass("ghost", "sm"), "text-info hover:text-info")}>
      <Activity className="size-4" aria-hidden />
      <span className="tnum">
        {count}
        <span className="max-sm:sr-only"> {count === 1 ? "job" : "jobs"}</span>
      </span>
    </Link>
  )
}
