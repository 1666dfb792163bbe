import { expect, test } from '@jest/globals';
import { writeWhole } from './outbox.js';

/** A file that takes at most `most` bytes a write, and none beyond `room`. */
function narrowFile(most: number, room = Infinity): { file: Parameters<typeof writeWhole>[0]; text: () => string } {
  const bytes = Buffer.alloc(100, '.');
  const write = (from: Buffer, offset: number, length: number, at: number) => {
    const taken = Math.max(0, Math.min(most, length, room - at));
    from.copy(bytes, at, offset, offset + taken);
    return Promise.resolve({ bytesWritten: taken, buffer: from });
  };
  return { file: { write } as never, text: () => bytes.toString().replace(/\.+$/, '') };
}

test('what a disk takes in parts is written whole, at its place', async () => {
  const { file, text } = narrowFile(3);
  await writeWhole(file, Buffer.from('{"id":"1"}\n'), 0);
  await writeWhole(file, Buffer.from('{"id":"2"}\n'), 11);
  expect(text()).toBe('{"id":"1"}\n{"id":"2"}\n');
});

test('a disk that takes no more is an error, not a torn line that counts as written', async () => {
  const { file } = narrowFile(3, 16);
  await writeWhole(file, Buffer.from('{"id":"1"}\n'), 0);
  await expect(writeWhole(file, Buffer.from('{"id":"2"}\n'), 11)).rejects.toThrow('The disk of the outbox is full');
});
