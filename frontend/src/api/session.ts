import { client, unwrap } from "./client"

export function getSession(signal?: AbortSignal) {
  return unwrap(client.GET("/api/v1/session", { signal }))
}

/** Exchanges the installation's token for a cookie. */
export function logIn(token: string) {
  return unwrap(client.POST("/api/v1/session", { body: { token } }))
}

export function logOut() {
  return unwrap(client.DELETE("/api/v1/session"))
}
