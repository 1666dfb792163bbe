import { expect, test } from '@jest/globals';
import type { Sessions, WallLinks } from '#libs/access';
import { Viewers } from './viewers.service.js';

type Link = Awaited<ReturnType<WallLinks['find']>>;
const link = { id: 'l1', name: 'wall', sectors: ['*'], units: ['*'], expiresAt: null } as unknown as Link;

/** Viewers over a store whose answers the test gives when it likes. */
function slowStore(): { viewers: Viewers; answers: ((link: Link) => void)[] } {
  const answers: ((link: Link) => void)[] = [];
  const links = { find: () => new Promise<Link>((answer) => answers.push(answer)) } as unknown as WallLinks;
  return { viewers: new Viewers({} as Sessions, links, { now: () => 0 } as never), answers };
}

test('a token revoked while it is looked up lets nobody in', async () => {
  const { viewers, answers } = slowStore();
  const found = viewers.find({ token: 'wall_x' });
  // The store had read the link; the revocation arrives before its answer does.
  viewers.forget();
  answers[0]?.(link);
  await new Promise(setImmediate);
  expect(answers).toHaveLength(2);
  answers[1]?.(null);
  expect(await found).toBeNull();
});

test('without a change one look is enough, and is kept', async () => {
  const { viewers, answers } = slowStore();
  const found = viewers.find({ token: 'wall_x' });
  answers[0]?.(link);
  expect(await found).toMatchObject({ kind: 'wall-link', id: 'l1' });
  expect(await viewers.find({ token: 'wall_x' })).toMatchObject({ id: 'l1' });
  expect(answers).toHaveLength(1);
});
