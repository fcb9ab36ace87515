/** One mistake in a file. */
export interface ConfigFinding {
  readonly file: 'system.conf' | 'freetdm.conf' | 'freetdm.conf.xml';
  /** From 1. */
  readonly line: number;
  /** `error`: the span does not come up, or not as it is meant; `warning`: it may be meant so. */
  readonly severity: 'error' | 'warning';
  readonly problem: string;
  readonly advice: string;
}

/** Gathers the findings of one file. */
export class Findings {
  readonly #file: ConfigFinding['file'];
  readonly #found: ConfigFinding[] = [];

  constructor(file: ConfigFinding['file']) {
    this.#file = file;
  }

  error(line: number, problem: string, advice: string): void {
    this.#found.push({ file: this.#file, line, severity: 'error', problem, advice });
  }

  warn(line: number, problem: string, advice: string): void {
    this.#found.push({ file: this.#file, line, severity: 'warning', problem, advice });
  }

  /** In the order of their lines. */
  get all(): readonly ConfigFinding[] {
    return this.#found.toSorted((a, b) => a.line - b.line);
  }
}
