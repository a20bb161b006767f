// Fails when the committed client differs from what the committed OpenAPI document generates.
import { execFileSync } from "node:child_process"
import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"

const root = fileURLToPath(new URL("..", import.meta.url))
const dir = mkdtempSync(join(tmpdir(), "mistudio-schema-"))
const fresh = join(dir, "schema.gen.ts")
const args = ["openapi-typescript", "openapi.json", "-o", fresh, "--default-non-nullable", "false"]
execFileSync("npx", args, { cwd: root, stdio: ["ignore", "ignore", "inherit"] })
const same = readFileSync(fresh, "utf8") === readFileSync(join(root, "src/api/schema.gen.ts"), "utf8")
rmSync(dir, { recursive: true })
if (!same) {
  console.error("src/api/schema.gen.ts is out of date: run `npm run openapi && npm run generate`")
  process.exit(1)
}
