import { Check, Copy } from "lucide-react"
import { useEffect, useState } from "react"
import { toast } from "sonner"
import { copyText } from "@/lib/clipboard"
import { Button, IconButton } from "./Button"

interface CopyButtonProps {
  /** The text, or how to make it when it is wanted. */
  text: string | (() => string)
  label: string
  /** With it the button shows words beside the icon. */
  children?: string
}

export function CopyButton({ text, label, children }: CopyButtonProps) {
  const [copied, setCopied] = useState(false)
  useEffect(() => {
    if (!copied) return
    const timer = setTimeout(() => setCopied(false), 1500)
    return () => clearTimeout(timer)
  }, [copied])

  const copy = () =>
    copyText(typeof text === "string" ? text : text()).then(
      () => setCopied(true),
      (error: Error) => toast.error("Nothing was copied.", { description: error.message }),
    )
  const icon = copied ? (
    <Check className="size-3.5 text-accent-text" aria-hidden />
  ) : (
    <Copy className="size-3.5" aria-hidden />
  )
  if (children) {
    return (
      <Button look="ghost" size="sm" onClick={copy} icon={icon} aria-label={label}>
        {copied ? "Copied" : children}
      </Button>
    )
  }
  return (
    <IconButton label={copied ? "Copied" : label} onClick={copy}>
      {icon}
    </IconButton>
  )
}
