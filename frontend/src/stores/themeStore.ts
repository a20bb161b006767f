import { create } from "zustand"
import { applyTheme, prefersLight, readTheme, type ThemeChoice } from "@/lib/theme"

interface ThemeState {
  choice: ThemeChoice
  choose: (choice: ThemeChoice) => void
}

export const useThemeStore = create<ThemeState>()((set) => ({
  choice: readTheme(),
  choose: (choice) => {
    applyTheme(choice)
    set({ choice })
  },
}))

/** Whether the page is light now, the system's wish included. */
export function isLight(choice: ThemeChoice): boolean {
  return choice === "light" || (choice === "system" && prefersLight().matches)
}
