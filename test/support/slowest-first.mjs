import { statSync } from 'node:fs';

/** What starts most processes first, pure tests last. */
const KINDS = [/\/test\/faults\//, /\/test\/fuzz\//, /\.e2e-spec\.ts$/, /\.int-spec\.ts$/];

/**
 * Order of test files: with the slowest last, one worker would have nothing to do while the other is at it. By kind, then
 * by size, so that the order is the same on a machine that has never run them.
 */
export default class SlowestFirst {
  sort(tests) {
    const place = ({ path }) => {
      const kind = KINDS.findIndex((each) => each.test(path.replaceAll('\\', '/')));
      return [kind < 0 ? KINDS.length : kind, -statSync(path).size];
    };
    const placed = [...tests].map((test) => ({ test, place: place(test) }));
    return placed.sort((a, b) => a.place[0] - b.place[0] || a.place[1] - b.place[1]).map(({ test }) => test);
  }

  shard(tests, { shardIndex, shardCount }) {
    return this.sort(tests).filter((_, i) => i % shardCount === shardIndex - 1);
  }

  allFailedTests(tests) {
    return tests;
  }

  cacheResults() {
    // The order depends on no run before.
  }
}
