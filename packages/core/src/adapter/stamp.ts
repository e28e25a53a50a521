/** Something remembered about objects of others. */
export interface Stamp<Value> {
  read(object: object): Value | undefined
  write(object: object, value: Value): void
}

/** A constructor gives `this` away: what derives from it adds its private field to that object. */
const Given = function (object: object) {
  return object
} as unknown as new (object: object) => object

/**
 * Remembers a value about an object, as a WeakMap does, in a private field that is put onto the object itself: nobody
 * else can read, write, copy or inherit it. A WeakMap costs thirty times as much for objects that live as long as a
 * request.
 */
export function createStamp<Value>(): Stamp<Value> {
  class Stamped extends Given {
    #value: Value

    constructor(object: object, value: Value) {
      super(object)
      this.#value = value
    }

    static read(object: object): Value | undefined {
      return #value in object ? object.#value : undefined
    }

    static write(object: object, value: Value): void {
      if (#value in object) object.#value = value
      else new Stamped(object, value)
    }
  }
  return Stamped
}
