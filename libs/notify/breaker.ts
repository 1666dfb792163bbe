import type { SendResult } from './channel.port.js';

/** What a channel's row remembers of how sending went. Times are epoch ms. */
export interface Circuit {
  /** Failures in a row. */
  failures: number;
  failingSince: number | null;
  unreachable: boolean;
  downSince: number | null;
  probeAt: number | null;
}

export const CLOSED: Circuit = { failures: 0, failingSince: null, unreachable: false, downSince: null, probeAt: null };

/** So many failures in a row open the circuit, … */
const MOST_FAILURES = 3;
/** … or fewer that have lasted so long: two tries that each ran into the timeout take about 22 s, and 30 s are promised. */
const MOST_FAILING_MS = 15_000;
const LEAST_FAILURES = 2;
/** Waits between probes, longer and longer. */
const PROBES_MS = [5_000, 10_000, 20_000, 30_000, 60_000];

type Fault = Exclude<Extract<SendResult, { ok: false }>['fault'], 'recipient'>;

/** A try began at `began` and failed at `now`; `after`: what the receiver asked to wait. */
export function failed(circuit: Circuit, fault: Fault, began: number, now: number, after = 0): Circuit {
  const failures = circuit.failures + 1;
  const failingSince = circuit.failingSince ?? began;
  const open = failures >= MOST_FAILURES || (failures >= LEAST_FAILURES && now - failingSince >= MOST_FAILING_MS);
  const downSince = circuit.downSince ?? (open ? failingSince : null);
  const probe = PROBES_MS[Math.min(Math.max(0, failures - MOST_FAILURES), PROBES_MS.length - 1)] ?? 0;
  return {
    failures,
    failingSince,
    unreachable: fault === 'unreachable',
    downSince,
    probeAt: downSince === null ? null : now + Math.max(probe, after),
  };
}

/** Its server took a connection: enough where that was what failed, and else only a reason to probe. */
export const connected = (circuit: Circuit): Circuit => (circuit.unreachable ? CLOSED : circuit);

/** Whether something may be sent: `all`, one `probe`, or `none` before its time. */
export function mayPass({ downSince, probeAt }: Circuit, now: number): 'all' | 'probe' | 'none' {
  if (downSince === null) return 'all';
  return probeAt === null || probeAt <= now ? 'probe' : 'none';
}
