import { client, unwrap } from "./client"

export function getSettings(signal?: AbortSignal) {
  return unwrap(client.GET("/api/v1/settings", { signal }))
}

/** token: what to keep; "" forgets it. */
export function setHubToken(token: string) {
  return unwrap(client.PUT("/api/v1/settings", { body: { hf_token: token } }))
}

export function getStorage(signal?: AbortSignal) {
  return unwrap(client.GET("/api/v1/storage", { signal }))
}
