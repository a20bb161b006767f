import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { createRequire } from "node:module"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import type { Plugin } from "vite"

/** Puts Swagger UI into `dist/swagger/`, so that the API's `/docs` works offline and without inline scripts. */
export function swaggerUi(): Plugin {
  let outDir = "dist"
  return {
    name: "swagger-ui",
    apply: "build",
    configResolved: (config) => {
      outDir = join(config.root, config.build.outDir)
    },
    closeBundle: () => {
      const source = dirname(createRequire(import.meta.url).resolve("swagger-ui-dist/package.json"))
      const target = join(outDir, "swagger")
      mkdirSync(target, { recursive: true })
      for (const file of ["swagger-ui.css", "swagger-ui-bundle.js"]) {
        cpSync(join(source, file), join(target, file))
      }
      const init = fileURLToPath(new URL("./swagger-init.js", import.meta.url))
      writeFileSync(join(target, "init.js"), readFileSync(init))
    },
  }
}
