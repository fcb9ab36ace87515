import { matchExpression } from './dialplan.ts';
import { eventNames } from './event.ts';
import type { EventFormat, SwitchEvent } from './event.ts';

/** What one listener wants to hear: names, CUSTOM subclasses, filters, and in which form. */
export class Subscription {
  format: EventFormat = 'plain';
  #listening = false;
  #all = false;
  readonly #names = new Set<string>();
  readonly #subclasses = new Set<string>();
  #filters: (readonly [header: string, value: string])[] = [];
  #only: string | undefined;

  get listening(): boolean {
    return this.#listening;
  }

  /** The words after `event`; false when none of them names an event. The format sticks even then. */
  add(words: readonly string[]): boolean {
    let known = 0;
    let custom = false;
    words.forEach((word, index) => {
      const lower = word.toLowerCase();
      if (index === 0 && (lower === 'plain' || lower === 'json' || lower === 'xml')) {
        this.format = lower;
      } else if (custom) {
        this.#subclasses.add(word);
      } else if (eventNames.has(word.toUpperCase())) {
        known++;
        const name = word.toUpperCase();
        if (name === 'ALL') this.#all = true;
        else this.#names.add(name);
        custom = name === 'CUSTOM';
      }
    });
    if (known > 0) this.#listening = true;
    return known > 0;
  }

  remove(words: readonly string[]): void {
    let custom = false;
    for (const word of words) {
      const name = word.toUpperCase();
      if (custom) this.#subclasses.delete(word);
      else if (name === 'ALL') this.clear();
      else {
        if (this.#all) {
          this.#all = false;
          for (const each of eventNames) if (each !== 'ALL') this.#names.add(each);
        }
        if (name !== 'CUSTOM') this.#names.delete(name);
        custom = name === 'CUSTOM';
      }
    }
  }

  /** Forgets every event; false when there was nothing to forget. */
  clear(): boolean {
    const had = this.#listening;
    this.#listening = false;
    this.#all = false;
    this.#names.clear();
    this.#subclasses.clear();
    return had;
  }

  /** `myevents`: everything about one channel and nothing else. */
  bind(uuid: string): void {
    this.#listening = true;
    this.#all = true;
    this.#only = uuid;
  }

  addFilter(header: string, value: string): void {
    this.#filters.push([header, value]);
  }

  removeFilter(header: string, value: string): void {
    this.#filters = this.#filters.filter(([name, own]) => name !== header || (value !== '' && own !== value));
  }

  clearFilters(): void {
    this.#filters = [];
  }

  wants(name: string, subclass: string | undefined): boolean {
    if (!this.#listening) return false;
    if (this.#all) return true;
    if (!this.#names.has(name)) return false;
    return name !== 'CUSTOM' || subclass === undefined || this.#subclasses.has(subclass);
  }

  /** The filters: any match lets an event through, an excluding match keeps it away, an event without the header is lost. */
  passes(event: SwitchEvent): boolean {
    if (this.#only !== undefined && event.headers.get('Unique-ID') !== this.#only) return false;
    if (this.#filters.length === 0) return true;
    let send = false;
    for (const [header, value] of this.#filters) {
      const actual = event.headers.get(header);
      if (actual === undefined) continue;
      const positive = !value.startsWith('-');
      if (send && positive) continue;
      const wanted = value.replace(/^[-+ ]+/, '');
      const hit = wanted.startsWith('/')
        ? matchExpression(wanted, actual) !== undefined
        : actual.toLowerCase() === wanted.toLowerCase();
      if (!hit) continue;
      if (!positive) return false;
      send = true;
    }
    return send;
  }
}
