import { AnswerRate } from './pacer/answer-rate.ts';
import { Crowd } from './pacer/crowd.ts';
import { Durations } from './pacer/durations.ts';
import { RingTimes } from './pacer/ring-times.ts';

export interface PacerSnapshot {
  now: number;
  agents: { ready: number; talking: { since: number }[]; wrapUp: { since: number }[] };
  ringing: { since: number }[];
  waiting: { since: number }[];
  freeChannels: number;
  budget: { answered: number; abandoned: number };
}
export type PacerEvent = { at: number; durationMs: number } & (
  | { type: 'dialed' | 'answered' | 'connected' | 'abandoned' | 'talk-ended' | 'wrap-ended' }
  | { type: 'failed'; reason: string }
);
export interface Pacer {
  observe(event: PacerEvent): void;
  decide(snapshot: PacerSnapshot): { dial: number; reason: string };
}

const P: any = (globalThis as any).__P ?? {};
const K = P.K ?? 6;

export function createPacer(options: { maxAbandonRate: number; maxWaitMs: number; seed?: number }): Pacer {
  return new Predictive(options);
}

class Predictive implements Pacer {
  rate = new AnswerRate();
  answers = new RingTimes(400, (ms) => (ms > 2000 && ms < 25000 ? 5 / 46 : 0));
  failures = new RingTimes(400, (ms) => (ms < 5000 ? 0.1 : ms > 20000 && ms < 45000 ? 0.05 : 0));
  talk = new Durations(60_000, 300);
  wrap = new Durations(10_000, 300);
  o: { maxAbandonRate: number; maxWaitMs: number };
  crowds = Array.from({ length: K }, () => new Crowd());
  lastRefresh = -Infinity;
  tau = new Float64Array(K);
  q0 = new Float64Array(K);
  ring = new Float64Array(K * 256);
  free = new Float64Array(K * 128);
  pending = 0;
  nu = 0;
  cross = new Float64Array(K);
  lastAt = 0;
  fa = new Float64Array(K);
  w = new Float64Array(K);
  rise = new Float64Array(K);
  done = new Float64Array(K * 40);
  p = { mean: 0.2, deviation: 0.2 };
  constructor(o: { maxAbandonRate: number; maxWaitMs: number }) {
    this.o = o;
  }
  observe(e: PacerEvent): void {
    switch (e.type) {
      case 'dialed':
        this.rate.dialed();
        break;
      case 'answered':
        this.rate.answered();
        this.answers.learn(e.durationMs);
        break;
      case 'failed':
        if (e.reason === 'CALLEE_HUNGUP') break;
        this.failures.learn(e.durationMs);
        break;
      case 'talk-ended':
        this.talk.learn(e.durationMs);
        break;
      case 'wrap-ended':
        this.wrap.learn(e.durationMs);
        break;
    }
  }
  refresh(s: PacerSnapshot): void {
    this.lastRefresh = s.now;
    this.answers.refresh();
    this.failures.refresh();
    this.talk.refresh(s.agents.talking, s.now);
    this.wrap.refresh(s.agents.wrapUp, s.now);
    const p = (this.p = this.rate.estimate());
    for (let j = 0; j < K; j++) {
      const tau = (this.tau[j] = P.grid
        ? this.answers.quantile(0.01) + P.grid * (j + 0.5)
        : this.answers.quantile((j + 0.5) / K));
      this.q0[j] = p.mean * this.answers.atMost(tau);
      this.fa[j] = this.answers.atMost(tau);
      this.w[j] = 1 / K;
      for (let a = 0; a < 256; a++) {
        const age = a * 500;
        const fa = this.answers.atMost(age);
        const alive = p.mean * (1 - fa) + (1 - p.mean) * (1 - this.failures.atMost(age));
        this.ring[j * 256 + a] = alive > 1e-9 ? (p.mean * (this.answers.atMost(age + tau) - fa)) / alive : 0;
      }
    }
    if (P.grid)
      for (let j = 0; j < K; j++)
        this.w[j] =
          this.answers.atMost(this.tau[j]! + P.grid / 2) - this.answers.atMost(this.tau[j]! - P.grid / 2);
    for (let j = 0; j < K; j++) {
      this.cross[j] = 0;
      for (let u = 250; u < this.tau[j]!; u += 500) this.cross[j]! += 500 * this.answers.atMost(u);
    }
    const stepMs = 1500;
    const longest = this.tau[K - 1]! + this.o.maxWaitMs;
    const steps = Math.min(40, Math.ceil(longest / stepMs));
    for (let j = 0; j < K; j++)
      for (let k = 0; k < steps; k++) {
        const left = this.tau[j]! + this.o.maxWaitMs - (k + 0.5) * stepMs;
        this.done[j * 40 + k] = left <= 0 ? 0 : 1 - this.wrap.survival(left);
      }
    for (let a = 0; a < 64; a++) {
      const age = ageOf(a);
      let last = 0;
      for (let j = 0; j < K; j++) this.free[j * 128 + a] = 0;
      for (let k = 0; k < steps; k++) {
        const f = this.talk.endsWithin(age, (k + 1) * stepMs);
        for (let j = 0; j < K; j++) this.free[j * 128 + a]! += (f - last) * this.done[j * 40 + k]!;
        last = f;
      }
    }
  }
  decide(s: PacerSnapshot): { dial: number; reason: string } {
    this.rate.advance(s.now, this.answers);
    if (s.now - this.lastRefresh > (P.rf ?? 4000)) this.refresh(s);
    const { ready, talking, wrapUp } = s.agents;
    const progressive = Math.max(0, ready - s.ringing.length - s.waiting.length);
    if (this.answers.seen < 5 || this.talk.seen < 3)
      return { dial: Math.min(s.freeChannels, progressive), reason: 'learning' };
    const theta = this.theta(s);
    const n = talking.length + wrapUp.length;
    const limit = ready + n - s.waiting.length;
    const exact = (n + s.ringing.length) * limit < 500;
    const since = Math.min(5000, s.now - this.lastAt);
    this.nu *= Math.exp(-since / (P.nuT ?? 120000));
    for (let j = 0; j < K; j++) {
      const c = this.crowds[j]!;
      c.reset(limit, exact, this.p.deviation / this.p.mean);
      let more = (P.phi ?? 0) * (this.nu / (P.nuT ?? 120000)) * this.p.mean * this.cross[j]!;
      for (; more > 0.01; more -= 0.2) c.add(Math.min(0.2, more), true);
      for (const w of wrapUp)
        c.add(1 - this.wrap.endsWithin(s.now - w.since, this.tau[j]! + this.o.maxWaitMs), false);
      for (const t of talking) c.add(1 - this.free[j * 128 + ageIndex(s.now - t.since)]!, false);
      for (const r of s.ringing)
        c.add(this.ring[j * 256 + Math.min(255, Math.max(0, Math.round((s.now - r.since) / 500)))]!, true);
    }
    this.rise.fill(0);
    if (P.ext)
      for (const r of s.ringing) {
        const i = Math.min(255, Math.max(0, Math.round((s.now - r.since) / 500)));
        let last = 0;
        for (let j = 0; j < K; j++) {
          const q = this.ring[j * 256 + i]!;
          this.rise[j]! += q - last;
          last = q;
        }
      }
    this.pending *= Math.exp(-(s.now - this.lastAt) / 12000);
    this.lastAt = s.now;
    let dial = 0;
    const R = new Float64Array(K);
    while (dial < s.freeChannels) {
      let risk = 0;
      for (let j = 0; j < K; j++) risk += (R[j] = this.crowds[j]!.reaches()) * this.w[j]!;
      let score = risk;
      if (P.ext) {
        let ext = 0;
        for (let j = 0; j < K; j++) ext += this.rise[j]! * this.fa[j]! * this.crowds[j]!.brinks();
        score += P.ext * ext;
      }
      if (P.delay) {
        let later = 0;
        for (let j = 0; j < K; j++) later += R[Math.min(K - 1, j + P.delay)]! * this.w[j]!;
        score = risk + P.c * (risk - later);
      }
      if (P.idle) {
        let idle = 0;
        for (let j = 0; j < K; j++) idle += Math.max(0.2, limit - this.crowds[j]!.mean) * this.w[j]!;
        score = risk * idle ** P.idle;
      }
      if (P.rdy) score = risk / (1 + P.rdy * ready);
      if (score > theta && dial >= progressive) break;
      let last = 0;
      for (let j = 0; j < K; j++) {
        this.crowds[j]!.add(this.q0[j]!, true);
        this.rise[j]! += this.q0[j]! - last;
        last = this.q0[j]!;
      }
      dial++;
      this.nu++;
      this.pending += this.p.mean * risk;
    }
    return { dial, reason: 'x' };
  }
  theta(s: PacerSnapshot): number {
    if (P.theta !== undefined) return P.theta;
    const cap = this.o.maxAbandonRate;
    const spare = cap * s.budget.answered - s.budget.abandoned;
    const base = 0.75 * cap;
    const eff = spare - (P.pw ?? 0.8) * s.waiting.length - (P.pp ?? 1) * this.pending;
    const lo = (P.lo ?? 0.05) * base;
    if (eff < 1) return lo;
    const r = (P.r ?? 2) ;
    return Math.max(lo, base * Math.min(P.max ?? 2, ((eff - 1) / r) ** (P.g ?? 1)));
  }
}
function ageOf(i: number): number {
  return i === 0 ? 0 : 500 * 1.17 ** (i - 1);
}
function ageIndex(ms: number): number {
  if (ms < 500) return 0;
  return Math.min(63, 1 + Math.round(Math.log(ms / 500) / Math.log(1.17)));
}
