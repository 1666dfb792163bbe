import { IsInt, IsNumber, IsString, Length, Max, Min } from 'class-validator';
import type { HubEvent } from '#libs/contracts';
import { Catalogue, eventType, projection, type SectorPack } from '#libs/sector-kit';

class MeterRead {
  @IsString() @Length(1, 40) meter!: string;
  @IsNumber() value!: number;
}

class TaskMoved {
  @IsString() @Length(1, 40) task!: string;
  @IsString() @Length(1, 20) state!: string;
  /** Epoch ms at which an open task is late. */
  @IsInt() @Min(0) @Max(9e15) due!: number;
}

interface TaskState {
  state: string;
  due: number;
  at: number;
  id: string;
}

const count = { unit: { vi: 'lần', en: 'times' }, digits: 0 };

/** A small pack for tests of everything that must not know a real one: a reading, a flow and a stock with deadlines. */
export const samplePack: SectorPack = {
  id: 'sample',
  title: { vi: 'Mẫu', en: 'Sample' },
  events: [
    eventType<MeterRead>({
      type: 'vn.ioc.sample.meter.read.v1',
      title: { vi: 'Đọc công tơ', en: 'Meter read' },
      dto: MeterRead,
      observe: ({ data, unit }) => {
        if (data.meter === 'poison') throw new Error('a meter called poison cannot be counted');
        return [
          { metric: 'sample_meter', dims: [data.meter, unit ?? ''], value: data.value },
          { metric: 'sample_reads', dims: [unit ?? ''], value: 1 },
        ];
      },
      line: ({ data }) => ({ vi: `Công tơ ${data.meter}: ${data.value}`, en: `Meter ${data.meter}: ${data.value}` }),
    }),
    eventType<TaskMoved>({ type: 'vn.ioc.sample.task.moved.v1', title: { vi: 'Việc', en: 'Task' }, dto: TaskMoved }),
  ],
  metrics: [
    {
      code: 'sample_meter',
      title: { vi: 'Công tơ', en: 'Meter' },
      kind: 'reading',
      dims: ['meter', 'unit'],
      format: count,
    },
    { code: 'sample_reads', title: { vi: 'Lượt đọc', en: 'Reads' }, kind: 'flow', dims: ['unit'], format: count },
    {
      code: 'sample_tasks_open',
      title: { vi: 'Việc mở', en: 'Open tasks' },
      kind: 'stock',
      dims: ['unit'],
      format: count,
    },
    {
      code: 'sample_tasks_late',
      title: { vi: 'Việc trễ', en: 'Late tasks' },
      kind: 'stock',
      dims: ['unit'],
      format: count,
    },
    {
      code: 'sample_tasks_due',
      title: { vi: 'Việc đến hạn', en: 'Tasks due' },
      kind: 'stock',
      dims: ['unit'],
      format: count,
    },
  ],
  projections: [
    projection<TaskState, TaskMoved>({
      name: 'task',
      types: ['vn.ioc.sample.task.moved.v1'],
      key: ({ data }) => data.task,
      fold: (state, { data, time, id }) =>
        state && (state.at > time || (state.at === time && state.id >= id))
          ? state
          : { state: data.state, due: data.due, at: time, id },
      shares: ({ state, due }, now) => {
        const shares = [{ metric: 'sample_tasks_due', dims: ['92'], value: 1, at: due }];
        if (state === 'done') return { shares, until: null };
        const open = [...shares, { metric: 'sample_tasks_open', dims: ['92'], value: 1 }];
        if (now < due) return { shares: open, until: due };
        return { shares: [...open, { metric: 'sample_tasks_late', dims: ['92'], value: 1 }], until: null };
      },
    }),
  ],
  indicators: [
    {
      code: 'sample_reads_today',
      title: { vi: 'Lượt đọc hôm nay', en: 'Reads today' },
      formula: { measure: { metric: 'sample_reads', agg: 'sum', over: 'today' } },
      format: count,
      note: { vi: 'Đếm mọi lượt đọc trong ngày', en: 'Counts every read of the day' },
      compare: 'day',
    },
  ],
  board: {
    id: 'sample',
    title: { vi: 'Mẫu', en: 'Sample' },
    distance: 5,
    tiles: [
      {
        id: 'reads',
        kind: 'number',
        title: { vi: 'Lượt đọc', en: 'Reads' },
        area: { col: 0, row: 0, width: 8, height: 6 },
        indicator: 'sample_reads_today',
      },
    ],
  },
  overview: ['sample_reads_today'],
  labels: {},
};

export const sampleCatalogue = (): Catalogue => new Catalogue([samplePack]);

/** A meter reading. */
export function reading(id: string, time: number, value: number, meter = 'm1', unit = '92'): HubEvent {
  return { id, source: 'test', type: 'vn.ioc.sample.meter.read.v1', time, unit, data: { meter, value } };
}

/** A move of a task. */
export function move(id: string, time: number, task: string, state: string, due: number): HubEvent {
  return { id, source: 'test', type: 'vn.ioc.sample.task.moved.v1', time, unit: '92', data: { task, state, due } };
}
