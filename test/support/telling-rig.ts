import type { Policy, Rule } from '#libs/contracts';
import { AlertRig, highMeter } from './alert-rig.js';

/** The chief at once, the deputy after five minutes; two reminders. */
export const climbing: Policy = {
  id: 'climbing',
  name: 'climbing',
  steps: [
    { after: 0, to: [{ person: 'chief' }] },
    { after: 300, to: [{ person: 'deputy' }] },
  ],
  remind: 600,
  reminders: 2,
};

/** One rule, `highMeter`, whose alerts go by this policy to a chief and a deputy; the fallback is an administrator. */
export async function tellingRig(policy: Policy, over: Partial<Rule> = {}): Promise<AlertRig> {
  const rig = await AlertRig.open([{ ...highMeter, ...over }]);
  for (const login of ['chief', 'deputy']) await rig.person(login, 'leader');
  await rig.person('admin', 'administrator');
  await rig.set({ routes: [{ policy: policy.id }], groupSeconds: 30 }, [policy]);
  return rig;
}

/** Tells what is due: `alert chief 1` for each message. */
export const who = async (rig: AlertRig): Promise<string[]> =>
  (await rig.tell()).map(({ kind, recipient, total }) => `${kind} ${recipient} ${total}`);

/** A meter is above the limit, and it is judged. */
export async function fire(rig: AlertRig, meter: string): Promise<void> {
  await rig.read(12, meter);
  await rig.after(0);
}
