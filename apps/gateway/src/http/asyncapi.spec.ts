import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import type { ClientToServer, ServerToClient } from '#libs/contracts';

/** Compiles only while each name is a message of the contract, and none is left out. */
const SENT: Record<keyof ServerToClient, true> = {
  snapshot: true,
  delta: true,
  tick: true,
  alerts: true,
  notice: true,
  revoked: true,
};
const RECEIVED: Record<keyof ClientToServer, true> = { watch: true, unwatch: true };

test('the AsyncAPI document names exactly the messages of the contract', () => {
  const text = readFileSync('docs/asyncapi.yaml', 'utf8');
  const operation = (name: string): string[] => {
    const block = text.slice(text.indexOf(`  ${name}:`)).split(/\n {2}\w/)[0] ?? '';
    return [...block.matchAll(/channels\/live\/messages\/(\w+)/g)].map((match) => match[1] ?? '').sort();
  };
  expect(operation('sendToScreen')).toEqual(Object.keys(SENT).sort());
  expect(operation('receiveFromScreen')).toEqual(Object.keys(RECEIVED).sort());
  const components = text.slice(text.indexOf('components:'));
  const described = [...components.matchAll(/^ {4}(\w+):$/gm)].map((match) => match[1] ?? '').sort();
  expect(described).toEqual([...Object.keys(SENT), ...Object.keys(RECEIVED)].sort());
});
