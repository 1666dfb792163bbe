import { describe, expect, test } from '@jest/globals';
import { describeSettings, readSettings, SettingsError } from '#libs/platform';

describe('settings', () => {
  test('come from the environment with their types, empty text counting as unset', () => {
    const settings = readSettings({ GATEWAY_PORT: '4000', DEMO: 'false', DATABASE_URL: '', PATH: '/bin' });
    expect(settings.GATEWAY_PORT).toBe(4000);
    expect(settings.DEMO).toBe(false);
    expect(settings.DATABASE_URL).toBeUndefined();
  });

  test.each([
    [{ GATEWAY_PORT: 'eighty' }, /^GATEWAY_PORT must be an integer number \(now: eighty\)$/],
    [{ GATEWAY_PORT: '70000' }, /^GATEWAY_PORT must not be greater than 65535 \(now: 70000\)$/],
    [{ MINUTE_DAYS: '28' }, /^MINUTE_DAYS must not be less than 29 \(now: 28\)$/],
    [{ DATABASE_URL: 'mysql://x' }, /DATABASE_URL must start with postgres/],
    [{ EVENT_MAX_AGE_DAYS: '500', DEDUP_DAYS: '401' }, /EVENT_MAX_AGE_DAYS must not exceed DEDUP_DAYS/],
  ])('%j is refused with its name', (environment, message) => {
    expect(() => readSettings(environment)).toThrow(SettingsError);
    expect(() => readSettings(environment)).toThrow(message);
  });

  test('are each documented once, and no error repeats a secret', () => {
    const names = describeSettings().map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(describeSettings().every(({ text }) => text.length > 10)).toBe(true);
    expect(() => readSettings({ HUB_SECRET: 'too-short-secret' })).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining('too-short-secret') }),
    );
  });
});
