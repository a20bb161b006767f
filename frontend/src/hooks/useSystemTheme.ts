import { useEffect } from "react"
import { applyTheme, prefersLight } from "@/lib/theme"
import { useThemeStore } from "@/stores/themeStore"

/** Follows the system's theme while that is the choice. */
export function useSystemTheme(): void {
  const choice = useThemeStore((state) => state.choice)
  useEffect(() => {
    if (choice !== "system") return
    const wish = prefersLight()
    const follow = () => applyTheme("system")
    wish.addEventListener("change", follow)
    return () => wish.removeEventListener("change", follow)
  }, [choice])
}
