import { QueryCache, QueryClient } from "@tanstack/react-query"
import { keys } from "./keys"
import { ApiError, isTransient } from "./problem"

const MAX_RETRIES = 3

/** Server data live here and nowhere else. GETs are tried again while the failure is a passing one. */
export function createQueryClient(): QueryClient {
  const client = new QueryClient({
    queryCache: new QueryCache({
      // The login has run out: the page asks again whether it is logged in, and shows the login if not.
      onError: (error) => {
        if (error instanceof ApiError && error.status === 401) {
          void client.invalidateQueries({ queryKey: keys.session })
        }
      },
    }),
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
  return client
}

export const queryClient = createQueryClient()
