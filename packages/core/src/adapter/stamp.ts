import type { ProtectedRequest } from '../request.ts'

/** Something remembered about requests. */
export interface Stamp<Value> {
  /** @param request `undefined` is answered for what is no request */
  read(request: object): Value | undefined
  /** @throws TypeError where the request has no list of header fields */
  write(request: ProtectedRequest, value: Value): void
}

/** A constructor gives `this` away: what derives from it adds its private field to that object. */
const Given = function (object: object) {
  return object
} as unknown as new (object: object) => object

/**
 * Remembers a value about a request, as a WeakMap does, in a private field that nobody else can read, write or copy. A
 * WeakMap costs thirty times as much for objects that live as long as a request.
 *
 * The field is put onto the list of header fields, which is one request's, and what its credential was taken from: so it
 * holds for what a framework makes of that request too. To put it onto the request costs twenty times as much in Express,
 * which gives each a hidden class of its own.
 */
export function createStamp<Value>(): Stamp<Value> {
  class Stamped extends Given {
    #value: Value

    constructor(fields: object, value: Value) {
      super(fields)
      this.#value = value
    }

    static read(request: object): Value | undefined {
      const fields = 'rawHeaders' in request ? request.rawHeaders : undefined
      return Array.isArray(fields) && #value in fields ? (fields as unknown as Stamped).#value : undefined
    }

    static write({ rawHeaders: fields }: ProtectedRequest, value: Value): void {
      if (!Array.isArray(fields)) throw new TypeError('The request has no rawHeaders: it is not one that Node.js made')
      if (#value in fields) (fields as unknown as Stamped).#value = value
      else new Stamped(fields, value)
    }
  }
  return Stamped
}
