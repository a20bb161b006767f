import { QueryClient } from "@tanstack/react-query"
import { isTransient } from "./problem"

const MAX_RETRIES = 3

/** Server data live here and nowhere else. GETs are tried again while the failure is a passing one. */
export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 10_000,
        gcTime: 5 * 60_000,
        refetchOnWindowFocus: false,
        refetchOnReconnect: true,
        networkMode: "always",
        retry: (failures, error) => failures < MAX_RETRIES && isTransient(error),
        retryDelay: (attempt) => Math.min(500 * 2 ** attempt, 5000) * (0.5 + Math.random() / 2),
      },
      mutations: { retry: false, networkMode: "always" },
    },
  })
}

export const queryClient = createQueryClient()
