import { useState } from "react"
import { toast } from "sonner"
import type { SettingsView } from "@/api/types"
import { useSetHubToken } from "@/hooks/useSettings"
import { Button } from "../common/Button"
import { wordsOf } from "../common/ErrorNotice"
import { Field, TextInput } from "../common/Field"

const SOURCES: Record<SettingsView["hf_token_source"], string> = {
  none: "No token is set: public datasets only.",
  settings: "A token is kept, encrypted on this server",
  environment: "The token comes from the server's environment (HF_TOKEN)",
}

/** The Hub's access token. It can be set and forgotten, never read. */
export function HubAccess({ settings }: { settings: SettingsView }) {
  const [token, setToken] = useState("")
  const save = useSetHubToken()
  const { hf_token_source: source, hf_token_hint: hint, hf_endpoint } = settings
  const put = (value: string, done: string) =>
    save.mutate(value, {
      onSuccess: () => {
        setToken("")
        toast.success(done)
      },
    })
  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault()
        put(token.trim(), "The token is kept.")
      }}
    >
      <p className="text-[13px] text-muted">
        {SOURCES[source]}
        {source !== "none" &&
          (hint ? (
            <>
              , ending in <code className="font-mono text-xs text-fg">{hint}</code>.
            </>
          ) : (
            "."
          ))}{" "}
        Hub: <code className="font-mono text-xs text-fg">{hf_endpoint}</code>
      </p>
      {source !== "environment" && (
        <div className="flex flex-wrap items-end gap-2">
          <Field
            label={source === "none" ? "Access token" : "New access token"}
            error={save.error && wordsOf(save.error).detail}
            className="min-w-64 flex-1"
          >
            {(control) => (
              <TextInput
                {...control}
                type="password"
                placeholder="hf_…"
                maxLength={200}
                value={token}
                onChange={(event) => setToken(event.target.value)}
                className="font-mono"
              />
            )}
          </Field>
          <Button type="submit" busy={save.isPending} disabled={!token.trim()}>
            Keep token
          </Button>
          {source === "settings" && (
            <Button look="ghost" busy={save.isPending} onClick={() => put("", "The token is forgotten.")}>
              Forget token
            </Button>
          )}
        </div>
      )}
    </form>
  )
}
