import { useQuery } from "@tanstack/react-query"
import { keys } from "@/api/keys"
import { getTokenization } from "@/api/tokenizations"

export function useTokenization(id: string | null) {
  return useQuery({
    queryKey: keys.tokenization(id ?? ""),
    queryFn: ({ signal }) => getTokenization(id ?? "", signal),
    enabled: id !== null,
  })
}
