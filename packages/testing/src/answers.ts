import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Issuer } from '@sallyport/issuer'

/**
 * How a running test issuer answers: with its `documents`, or with a fault. `down` cuts the connection, `unavailable` is
 * 503, `hang` never answers, `garbage` is no JSON, `empty` is a JWK Set, and metadata, without anything in it.
 */
export type Answer = 'documents' | 'down' | 'unavailable' | 'hang' | 'garbage' | 'empty'

type Respond = (req: IncomingMessage, res: ServerResponse, issuer: Issuer) => void

export const answers: Readonly<Record<Answer, Respond>> = {
  documents: (req, res, issuer) => issuer.handler(req, res),
  down: (_, res) => res.destroy(),
  unavailable: (_, res) => res.writeHead(503, { 'retry-after': '1' }).end(),
  hang: () => {},
  garbage: (_, res) => res.writeHead(200, { 'content-type': 'application/json' }).end('{"keys": [<html>'),
  empty: (_, res) => res.writeHead(200, { 'content-type': 'application/json' }).end('{"keys":[]}'),
}

export const answerNames = Object.keys(answers) as readonly Answer[]
