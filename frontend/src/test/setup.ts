import "@testing-library/jest-dom/vitest"
import { cleanup } from "@testing-library/react"
import { afterAll, afterEach, beforeAll, beforeEach, expect, vi } from "vitest"
import { queryClient } from "@/api/queryClient"
import { useDatasetsStore } from "@/stores/datasetsStore"
import { usePaletteStore } from "@/stores/paletteStore"
import { useUploadsStore } from "@/stores/uploadsStore"
import { server } from "./server"

/** jsdom lays nothing out: every element is as wide and as tall as a desk's window. */
const WIDTH = 1200
const HEIGHT = 800

class LaidOut implements ResizeObserver {
  private readonly callback: ResizeObserverCallback
  constructor(callback: ResizeObserverCallback) {
    this.callback = callback
  }
  observe(target: Element): void {
    const box = [{ inlineSize: WIDTH, blockSize: HEIGHT }]
    const entry = {
      target,
      contentRect: target.getBoundingClientRect(),
      borderBoxSize: box,
      contentBoxSize: box,
    }
    this.callback([entry as unknown as ResizeObserverEntry], this)
  }
  unobserve(): void {}
  disconnect(): void {}
}

vi.stubGlobal("ResizeObserver", LaidOut)
Object.defineProperty(HTMLElement.prototype, "clientWidth", { configurable: true, get: () => WIDTH })
Object.defineProperty(HTMLElement.prototype, "clientHeight", { configurable: true, get: () => HEIGHT })
Element.prototype.scrollIntoView = () => undefined
Element.prototype.hasPointerCapture = () => false
window.scrollTo = () => undefined
window.matchMedia = (query) =>
  ({
    matches: false,
    media: query,
    addEventListener: () => undefined,
    removeEventListener: () => undefined,
  }) as unknown as MediaQueryList

/** What React or a library complains about fails the test it belongs to. */
const complaints: unknown[][] = []
const complain = (...words: unknown[]) => void complaints.push(words)

beforeAll(() => server.listen({ onUnhandledRequest: "error" }))
beforeEach(() => {
  useDatasetsStore.setState(useDatasetsStore.getInitialState(), true)
  usePaletteStore.setState(usePaletteStore.getInitialState(), true)
  useUploadsStore.setState(useUploadsStore.getInitialState(), true)
  localStorage.clear()
  vi.spyOn(console, "error").mockImplementation(complain)
  vi.spyOn(console, "warn").mockImplementation(complain)
})
afterEach(() => {
  cleanup()
  queryClient.clear()
  server.resetHandlers()
  expect(complaints.splice(0)).toEqual([])
})
afterAll(() => server.close())
