import { useThemeStore } from "@/stores/themeStore"
import { Segmented } from "../common/Segmented"

export function ThemeChoice() {
  const choice = useThemeStore((state) => state.choice)
  const choose = useThemeStore((state) => state.choose)
  return (
    <Segmented
      label="Theme"
      value={choice}
      onChange={choose}
      options={[
        { value: "dark", label: "Dark" },
        { value: "light", label: "Light" },
        { value: "system", label: "As the system" },
      ]}
      className="max-w-sm"
    />
  )
}
