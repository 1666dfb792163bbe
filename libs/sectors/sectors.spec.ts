import { expect, test } from '@jest/globals';
import { loadCatalogue } from './index.js';

test('no two indicators have one name: on a wall of all sectors a reader could not tell them apart', async () => {
  const { packs } = await loadCatalogue();
  for (const language of ['vi', 'en'] as const) {
    const names = packs.flatMap(({ indicators }) => indicators.map(({ title }) => title[language]));
    expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([]);
  }
});
