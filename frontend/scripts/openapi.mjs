// Writes openapi.json from the backend's own description of its routes.
import { execFileSync } from "node:child_process"
import { writeFileSync } from "node:fs"
import { fileURLToPath } from "node:url"

const backend = fileURLToPath(new URL("../../backend", import.meta.url))
const python = process.env.MISTUDIO_PYTHON ?? `${backend}/.venv/bin/python`
const document = execFileSync(python, ["-m", "mistudio.openapi"], { cwd: backend, maxBuffer: 64e6 })
const target = fileURLToPath(new URL("../openapi.json", import.meta.url))
// As it comes: JavaScript would round the limits beyond 2^53.
writeFileSync(target, document)
