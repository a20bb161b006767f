import { useState } from "react"
import { useLogIn } from "@/hooks/useSession"
import { Button } from "../common/Button"
import { wordsOf } from "../common/ErrorNotice"
import { Field, TextInput } from "../common/Field"

/** Asks for the token of an installation that other machines can reach. */
export function LoginView() {
  const [token, setToken] = useState("")
  const logIn = useLogIn()
  return (
    <main className="grid min-h-dvh place-items-center p-4">
      <form
        className="w-full max-w-sm rounded-card border border-line bg-surface p-6"
        onSubmit={(event) => {
          event.preventDefault()
          logIn.mutate(token)
        }}
      >
        <img src="/favicon.svg" alt="" className="size-10" />
        <h1 className="mt-4 text-lg font-semibold">miStudio</h1>
        <p className="mt-1 mb-5 text-[13px] text-muted">
          This installation asks for its token: the value of{" "}
          <code className="font-mono text-xs">MISTUDIO_API_TOKEN</code> on the server.
        </p>
        <Field label="Token" error={logIn.error && wordsOf(logIn.error).detail}>
          {(control) => (
            <TextInput
              {...control}
              type="password"
              autoComplete="current-password"
              required
              value={token}
              onChange={(event) => setToken(event.target.value)}
            />
          )}
        </Field>
        <Button type="submit" look="primary" busy={logIn.isPending} disabled={!token} className="mt-5 w-full">
          Log in
        </Button>
      </form>
    </main>
  )
}
