/** Events for whoever subscribes; silent, and free, without a subscriber. */
export class EventStream<Event extends object> {
  #listeners: readonly ((event: Event) => void)[] = []

  /** @returns the function that ends the subscription */
  subscribe(listener: (event: Event) => void): () => void {
    // Wrapped, so that a listener that subscribes twice hears twice, and each subscription ends by itself.
    const own = (event: Event) => listener(event)
    this.#listeners = [...this.#listeners, own]
    return () => {
      this.#listeners = this.#listeners.filter((other) => other !== own)
    }
  }

  emit(event: Event): void {
    const frozen = Object.freeze(event)
    for (const listener of this.#listeners) EventStream.#tell(listener, frozen)
  }

  /** A subscriber watches; it must not be able to change what happens, nor to end the process, also when it is async. */
  static #tell<Event>(listener: (event: Event) => unknown, event: Event): void {
    try {
      const answer = listener(event)
      if (answer instanceof Promise) answer.catch(() => {})
    } catch {
      // As above.
    }
  }
}
