import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { DataSource } from 'typeorm';
import { type TestDatabase, testDatabase } from '../../../test/support/database.js';
import { dataSourceOptions } from '../data-source.js';
import { loadUnits, seedUnits } from './load-units.js';

let database: TestDatabase;
let source: DataSource;
beforeAll(async () => {
  database = await testDatabase();
  source = await new DataSource(dataSourceOptions(database.url, 'test', 2)).initialize();
});
afterAll(async () => {
  await source.destroy();
  await database.drop();
});

const count = async (sql: string): Promise<number> =>
  Number((await database.query<{ n: string }>(`SELECT count(*) AS n FROM ${sql}`))[0]?.n);

describe('units', () => {
  test('come with the hub: 34 provinces, the communes of two, each with what it came from', async () => {
    await seedUnits(source);
    await seedUnits(source);
    expect(await count(`unit WHERE parent IS NULL`)).toBe(34);
    expect(await count(`unit WHERE parent = '92'`)).toBe(103);
    expect(await count(`unit WHERE parent = '56'`)).toBe(65);
    expect(await count(`unit_predecessor WHERE code = '92' AND predecessor = 'Sóc Trăng'`)).toBe(1);
    expect(await count(`unit_predecessor p JOIN unit u ON u.code = p.code WHERE p.predecessor = '94'`)).toBe(43);
    expect(await count(`unit_predecessor WHERE code = '04'`)).toBe(0);
  });

  test('a list of another province is loaded, and loading it twice changes nothing', async () => {
    const csv = 'code,name,type,parent,lon,lat\n31111,"Thử, Một",xã,96,105.1,9.1\n31112,Phường Hai,,96,,\n';
    expect(await loadUnits(source, csv)).toBe(2);
    expect(await loadUnits(source, csv)).toBe(2);
    expect(await database.query(`SELECT code, name, type, lon FROM unit WHERE parent = '96' ORDER BY code`)).toEqual([
      { code: '31111', name: 'Thử, Một', type: 'xã', lon: 105.1 },
      { code: '31112', name: 'Phường Hai', type: 'phường', lon: null },
    ]);
  });

  test('a later list ends the entry before it', async () => {
    await loadUnits(source, 'code,name,type,parent,valid_from\n31111,Mới,xã,96,2027-01-01\n');
    const rows = await database.query(
      `SELECT name, valid_from::text, valid_to::text FROM unit WHERE code = '31111' ORDER BY valid_from`,
    );
    expect(rows).toEqual([
      { name: 'Thử, Một', valid_from: '2025-07-01', valid_to: '2027-01-01' },
      { name: 'Mới', valid_from: '2027-01-01', valid_to: null },
    ]);
  });

  test('problems name line and column, and nothing is loaded', async () => {
    const csv = 'code,name,type,parent,lat\n4 1,Một,xã,96,\n41112,Hai,quận,96,\n41113,Ba,xã,96,91\n41113,Bốn,xã,96,1\n';
    await expect(loadUnits(source, csv)).rejects.toThrow(
      /line 2, column code: .*\nline 3, column type: .*\nline 4, column lat: .*\nline 5, column code: 41113 is already on line 4/,
    );
    await expect(loadUnits(source, 'code,name,type,parent\n51111,Một,xã,99\n')).rejects.toThrow(
      'line 2, column parent: there is no unit 99',
    );
    expect(await count(`unit WHERE code IN ('41112', '41113', '51111')`)).toBe(0);
  });
});
