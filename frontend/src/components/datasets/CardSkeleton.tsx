import { Skeleton } from "../common/Skeleton"

/** A card of the right size while the list loads. */
export function CardSkeleton() {
  return (
    <div className="flex h-full flex-col rounded-card border border-line bg-surface p-4" aria-hidden>
      <div className="flex items-center gap-2">
        <Skeleton className="h-4 w-2/5" />
        <Skeleton className="ml-auto h-5 w-12" />
      </div>
      <Skeleton className="mt-3 h-3.5 w-3/5" />
      <div className="mt-4 flex gap-1.5">
        <Skeleton className="h-5.5 w-20" />
        <Skeleton className="h-5.5 w-24" />
      </div>
      <div className="mt-auto flex justify-between">
        <Skeleton className="h-5 w-20" />
        <Skeleton className="h-3.5 w-16" />
      </div>
    </div>
  )
}
