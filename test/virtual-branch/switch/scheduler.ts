import type { Timer } from '@branchline/shared';
import type { SwitchCore } from './core.ts';

interface Task {
  readonly id: number;
  readonly description: string;
  readonly group: string;
  readonly runtime: number;
  readonly timer: Timer;
}

/**
 * The core's scheduler: whole seconds of the real clock, so a task may run up to a second early, as in the real
 * switch. Tasks belong to groups; the group of a channel is its UUID.
 */
export class Scheduler {
  readonly #core: SwitchCore;
  readonly #tasks = new Map<number, Task>();
  // The core's own tasks (heartbeat, limit cleaning …) took the first numbers.
  #lastId = 3;

  constructor(core: SwitchCore) {
    this.#core = core;
  }

  get tasks(): readonly Omit<Task, 'timer'>[] {
    return [...this.#tasks.values()];
  }

  /** Runs `action` at `at` (epoch seconds). Returns the task's number. */
  add(at: number, description: string, group: string, action: () => void): number {
    const { real } = this.#core.options;
    const id = ++this.#lastId;
    const headers = this.#headers(id, description, group, at);
    const timer = real.schedule(Math.max(0, at * 1000 - real.now()), () => {
      this.#tasks.delete(id);
      if (this.#core.dead) return;
      action();
      this.#core.emit('DEL_SCHEDULE', headers);
    });
    this.#tasks.set(id, { id, description, group, runtime: at, timer });
    this.#core.emit('ADD_SCHEDULE', headers);
    return id;
  }

  /** Removes tasks by group, or one by number. Returns how many. */
  remove(key: string): number {
    const byNumber = /^\d+$/.test(key) ? this.#tasks.get(Number(key)) : undefined;
    return this.#cancel(
      byNumber ? [byNumber] : [...this.#tasks.values()].filter((task) => task.group === key),
    );
  }

  removeGroup(group: string): number {
    return this.#cancel([...this.#tasks.values()].filter((task) => task.group === group));
  }

  clear(): void {
    for (const task of this.#tasks.values()) task.timer.cancel();
    this.#tasks.clear();
  }

  #cancel(tasks: readonly Task[]): number {
    for (const task of tasks) {
      task.timer.cancel();
      this.#tasks.delete(task.id);
      this.#core.emit('DEL_SCHEDULE', this.#headers(task.id, task.description, task.group, task.runtime));
    }
    return tasks.length;
  }

  #headers(id: number, description: string, group: string, runtime: number): [string, string][] {
    return [
      ['Task-ID', String(id)],
      ['Task-Desc', description],
      ['Task-Group', group],
      ['Task-Runtime', String(runtime)],
    ];
  }

  /** Epoch seconds of `+5` (from now) or an absolute time; anything else is long past, so it runs at once. */
  when(text: string): number {
    const now = Math.floor(this.#core.options.real.now() / 1000);
    return text.startsWith('+')
      ? now + (Number.parseInt(text.slice(1), 10) || 0)
      : Number.parseInt(text, 10) || 0;
  }
}
