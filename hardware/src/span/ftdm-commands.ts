/** FreeTDM behind FreeSWITCH's event socket. */
export interface FreeTdm {
  /** Runs an API command (`ftdm …`) and gives its reply. Rejects when the event socket is away or too slow. */
  api(command: string): Promise<string>;
}
