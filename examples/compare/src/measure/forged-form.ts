import type { RunningWay } from '../ways/index.ts'

/** Whether the application acts on a form that a page of a sibling domain has the browser of a user send. */
export async function isForgedFormTaken(way: RunningWay): Promise<boolean> {
  const login = await way.logIn()
  const headers = {
    'sec-fetch-site': 'same-site',
    origin: 'https://sibling.example',
    'content-type': 'application/x-www-form-urlencoded',
    ...way.ambientFields(login),
  }
  const response = await fetch(`${way.origin}/me`, { method: 'POST', headers, body: 'a=b' })
  await response.arrayBuffer()
  return response.ok
}
