import { type ChildProcess, spawn } from "node:child_process"
import { existsSync, mkdtempSync, rmSync } from "node:fs"
import { createServer } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { setTimeout as pause } from "node:timers/promises"
import { fileURLToPath } from "node:url"

const BACKEND = fileURLToPath(new URL("../../backend", import.meta.url))
const DIST = fileURLToPath(new URL("../dist/index.html", import.meta.url))
const START_MS = 180_000

/** Starts a local Hub and a whole miStudio on a data directory of its own; returns what stops them again. */
export default async function start(): Promise<() => Promise<void>> {
  if (process.env.MISTUDIO_E2E_URL) return async () => undefined
  if (!existsSync(DIST)) throw new Error("The page is not built: run `npm run build` first.")
  const folder = mkdtempSync(join(tmpdir(), "mistudio-e2e-"))
  const [port, hubPort] = [await freePort(), await freePort()]
  const python = process.env.MISTUDIO_PYTHON ?? join(BACKEND, ".venv/bin/python")
  const hub = run(python, ["-m", "tests.hub", "--port", String(hubPort), "--root", join(folder, "hub")], {})
  const studio = run(python, ["-m", "mistudio.cli", "up"], {
    MISTUDIO_PORT: String(port),
    MISTUDIO_DATA_DIR: join(folder, "data"),
    HF_ENDPOINT: `http://127.0.0.1:${hubPort}`,
    MISTUDIO_FREE_DISK_BYTES: "10000000",
  })
  process.env.MISTUDIO_E2E_URL = `http://127.0.0.1:${port}`
  const stop = async () => {
    await Promise.all([end(studio), end(hub)])
    rmSync(folder, { recursive: true, force: true })
  }
  try {
    await ready(`http://127.0.0.1:${port}/ready`, studio)
  } catch (error) {
    await stop()
    throw error
  }
  return stop
}

function run(
  command: string,
  args: string[],
  env: Record<string, string>,
): ChildProcess & { said: string[] } {
  const child = spawn(command, args, { cwd: BACKEND, env: { ...process.env, ...env }, stdio: "pipe" })
  const said: string[] = []
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => said.push(String(chunk)))
  return Object.assign(child, { said })
}

async function ready(url: string, studio: ChildProcess & { said: string[] }): Promise<void> {
  const until = Date.now() + START_MS
  while (Date.now() < until) {
    if (studio.exitCode !== null) break
    const answer = await fetch(url).catch(() => null)
    if (answer?.ok && ((await answer.json()) as { ready: boolean }).ready) return
    await pause(250)
  }
  throw new Error(`miStudio did not become ready:\n${studio.said.join("").slice(-4000)}`)
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return
  const gone = new Promise((resolve) => child.once("exit", resolve))
  child.kill("SIGTERM")
  await gone
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once("error", reject)
    server.listen(0, "127.0.0.1", () => {
      const address = server.address()
      server.close(() => resolve(typeof address === "object" && address ? address.port : 0))
    })
  })
}
