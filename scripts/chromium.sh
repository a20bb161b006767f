#!/bin/sh
# Print the path of a Chromium for the browser tests: CHROMIUM_PATH, one of this machine, Debian's package when we
# may install it, else npm's @sparticuz/chromium (Linux x86-64), kept in .tools/chromium.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
package=@sparticuz/chromium@147.0.0

mac="/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"
for name in "${CHROMIUM_PATH-}" /usr/bin/chromium chromium chromium-browser google-chrome "$mac"; do
    if [ -n "$name" ] && command -v "$name"; then
        exit 0
    fi
done
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "Installing Chromium with apt-get" >&2
    if { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends chromium; } >&2; then
        command -v chromium
        exit 0
    fi
fi
tools=$root/.tools/chromium
if [ ! -d "$tools/node_modules/@sparticuz" ]; then
    echo "Installing $package in .tools" >&2
    mkdir -p "$tools"
    "$root/scripts/npm.sh" install --silent --no-save --prefix "$tools" "$package" >&2
fi
exec "$root/scripts/npm.sh" --node --input-type=module -e "
  import { createRequire } from 'node:module'
  import { pathToFileURL } from 'node:url'
  const found = createRequire(process.argv[1] + '/').resolve('@sparticuz/chromium')
  const { default: chromium } = await import(pathToFileURL(found))
  console.log(await chromium.executablePath())
" "$tools"
