import { expect, test } from '@jest/globals';
import { whomToCall } from './phone-book.js';

const book = {
  people: [
    { login: 'an', name: 'An', phone: '0901' },
    { login: 'binh', name: 'Bình', phone: '0902' },
    { login: 'chi', name: 'Chi', phone: null },
  ],
  onCall: [
    { schedule: 'Trực', login: 'an' },
    { schedule: 'Trực đêm', login: 'chi' },
  ],
};
const names = (login: string | null, me: string) => whomToCall(book, login, me).map(({ name }) => name);

test('who has it and who is on call are called, each once, with a number; nobody calls himself', () => {
  expect(names('binh', 'dung')).toEqual(['Bình', 'An']);
  expect(names('an', 'dung')).toEqual(['An']);
  expect(names('binh', 'an')).toEqual(['Bình']);
  expect(names(null, 'an')).toEqual([]);
});
