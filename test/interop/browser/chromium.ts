import { type Browser, chromium } from 'playwright-core'
import { findService } from '../system-service.ts'

/** Where Chromium is, `undefined` where it is missing and may be. */
export const chromiumPath = findService('Chromium', ['chromium', 'chromium-browser', 'google-chrome'])

/** Starts a browser that talks to nobody by itself; it ends with this process. */
export function launchChromium(): Promise<Browser> {
  if (chromiumPath === undefined) throw new Error('Chromium is not installed')
  const quiet = ['--disable-quic', '--disable-background-networking', '--disable-component-update', '--disable-sync']
  // Without a sandbox, as continuous integration runs as root: it visits nothing but our own pages.
  return chromium.launch({ executablePath: chromiumPath, args: [...quiet, '--no-sandbox', '--no-first-run'] })
}
