import { createSocket } from "@/lib/socket"
import type { DatasetProgress } from "./types"

/** The page's one connection for live events. */
export const socket = createSocket<DatasetProgress>()
