import { useSettings } from "./useSettings"

/** Tokenizers that fit what was typed. */
export function useTokenizerSuggestions(typed: string) {
  const settings = useSettings()
  const local = settings.data?.local_tokenizers ?? []
  const options = local
    .filter((name) => name.toLowerCase().includes(typed.toLowerCase()))
    .map((value) => ({ value, detail: "on this server" }))
  return { options, loading: settings.isLoading }
}
