import { useMutation, useQuery } from "@tanstack/react-query"
import { keys } from "@/api/keys"
import { queryClient } from "@/api/queryClient"
import { getSettings, getStorage, setHubToken } from "@/api/settings"

export function useSettings() {
  return useQuery({
    queryKey: keys.settings,
    queryFn: ({ signal }) => getSettings(signal),
    staleTime: 60_000,
  })
}

export function useStorage() {
  return useQuery({ queryKey: keys.storage, queryFn: ({ signal }) => getStorage(signal) })
}

export function useSetHubToken() {
  return useMutation({
    mutationFn: setHubToken,
    onSuccess: (settings) => queryClient.setQueryData(keys.settings, settings),
  })
}
