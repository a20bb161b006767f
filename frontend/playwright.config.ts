import { defineConfig } from "@playwright/test"

const isRoot = process.getuid?.() === 0

/**
 * Against the real stack, which `e2e/stack.ts` starts: PostgreSQL, Redis, API, workers, the built page and a local
 * Hub. One browser worker, since the tests share that stack.
 */
export default defineConfig({
  testDir: "e2e",
  globalSetup: "./e2e/stack.ts",
  workers: 1,
  // A busy two-core machine is slow, not wrong; what passes only at the second try is reported as flaky.
  timeout: 180_000,
  retries: 1,
  expect: { timeout: 40_000 },
  reporter: [["list"]],
  forbidOnly: true,
  use: {
    viewport: { width: 1440, height: 900 },
    trace: "retain-on-failure",
    launchOptions: {
      executablePath: process.env.CHROMIUM_PATH ?? "/usr/bin/chromium",
      args: isRoot ? ["--no-sandbox"] : [],
    },
  },
  projects: [
    { name: "first start", testMatch: /first-start\.spec\.ts/ },
    { name: "use", testIgnore: /first-start\.spec\.ts/, dependencies: ["first start"] },
  ],
})
