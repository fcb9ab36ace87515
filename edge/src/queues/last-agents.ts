/** So many customers' agents of last time are remembered. */
export const rememberedCustomers = 10_000;

/** Who talked to a customer last: of those talked to lately. */
export class LastAgents {
  readonly #agents = new Map<string, string>();

  /** @param customer empty when the number is withheld: nothing is remembered of it */
  remember(customer: string, agent: string): void {
    if (customer === '') return;
    this.#agents.delete(customer);
    this.#agents.set(customer, agent);
    if (this.#agents.size > rememberedCustomers) this.#agents.delete(this.#agents.keys().next().value!);
  }

  of(customer: string): string | undefined {
    return this.#agents.get(customer);
  }
}
