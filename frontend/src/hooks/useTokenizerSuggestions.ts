import { useHubTokenizerSearch } from "./useHub"
import { useSettings } from "./useSettings"

export interface TokenizerSuggestion {
  value: string
  local: boolean
  downloads: number | null
  gated: boolean
}

/** Tokenizers that fit what was typed: those of this server first, then those of the Hub. */
export function useTokenizerSuggestions(typed: string) {
  const settings = useSettings()
  const hub = useHubTokenizerSearch(typed)
  const local = (settings.data?.local_tokenizers ?? [])
    .filter((name) => name.toLowerCase().includes(typed.toLowerCase()))
    .map((value) => ({ value, local: true, downloads: null, gated: false }))
  const remote = (hub.data ?? []).map((hit) => ({
    value: hit.name,
    local: false,
    downloads: hit.downloads ?? null,
    gated: hit.gated,
  }))
  return { suggestions: [...local, ...remote] as TokenizerSuggestion[], loading: hub.isFetching }
}
