import { useMutation, useQuery } from "@tanstack/react-query"
import { keys } from "@/api/keys"
import { queryClient } from "@/api/queryClient"
import { getSession, logIn, logOut } from "@/api/session"

/** Whether this installation asks for its token, and whether this page has given it. */
export function useSession() {
  return useQuery({
    queryKey: keys.session,
    queryFn: ({ signal }) => getSession(signal),
    staleTime: Number.POSITIVE_INFINITY,
  })
}

export function useLogIn() {
  return useMutation({ mutationFn: logIn, onSuccess: () => queryClient.invalidateQueries() })
}

export function useLogOut() {
  return useMutation({
    mutationFn: logOut,
    onSuccess: () => {
      queryClient.setQueryData(keys.session, { needs_login: true, logged_in: false })
      queryClient.removeQueries({ predicate: (query) => query.queryKey !== keys.session })
    },
  })
}
