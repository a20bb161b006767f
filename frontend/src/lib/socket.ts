import { io, type Socket } from "socket.io-client"

/** What the server sends, by event. The payloads are typed by whoever knows the schema. */
export interface ServerEvents<Progress> {
  "dataset:progress": (payload: Progress) => void
}

export interface ClientEvents {
  subscribe: (room: { dataset_id?: string }) => void
  unsubscribe: (room: { dataset_id?: string }) => void
}

export type LiveSocket<Progress> = Socket<ServerEvents<Progress>, ClientEvents>

/** One connection for the whole page. It is opened by `connect()`, and comes back by itself. */
export function createSocket<Progress>(): LiveSocket<Progress> {
  return io({
    path: "/socket.io",
    transports: ["websocket"],
    autoConnect: false,
    reconnectionDelay: 500,
    reconnectionDelayMax: 5000,
    timeout: 5000,
  })
}
