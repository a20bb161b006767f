import { QueryClientProvider } from "@tanstack/react-query"
import { render } from "@testing-library/react"
import userEvent from "@testing-library/user-event"
import type { ReactNode } from "react"
import { createMemoryRouter, RouterProvider } from "react-router"
import { queryClient } from "@/api/queryClient"

/** Renders at an address, inside what every component of the page has around it. */
export function show(element: ReactNode, path = "/", route = "*") {
  // Where a component leads to lies outside of its test.
  const routes = [{ path: route, element }, ...(route === "*" ? [] : [{ path: "*", element: null }])]
  const router = createMemoryRouter(routes, { initialEntries: [path] })
  const view = render(
    <QueryClientProvider client={queryClient}>
      <RouterProvider router={router} />
    </QueryClientProvider>,
  )
  return { ...view, router, user: userEvent.setup() }
}

export function Providers({ children }: { children: ReactNode }) {
  return <QueryClientProvider client={queryClient}>{children}</QueryClientProvider>
}
