import { keepPreviousData, useQuery } from "@tanstack/react-query"
import { keys } from "@/api/keys"
import { getTokenSamples } from "@/api/tokenizations"

/** Rows of a tokenized result from `offset`, with the text of each token. */
export function useTokenRows(id: string, split: string, offset: number, limit: number) {
  return useQuery({
    queryKey: [...keys.tokenSamples(id, split), offset, limit],
    queryFn: ({ signal }) => getTokenSamples(id, split, offset, limit, signal),
    placeholderData: keepPreviousData,
    staleTime: 60_000,
  })
}
