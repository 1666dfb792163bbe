import { DAY_MS, type OnCallFault, type Schedule } from '#libs/contracts';
import { dayNumber } from '#libs/sector-kit';
import { readTime } from './day-hours.js';
import { localMoment, type OnCallWorld, error, unknownPerson } from './fault.js';
import { layerSpans, shiftsOf } from './schedule.js';

/** Layers are compared over a year and a few weeks: every week, month end, leap day and holiday of a year is in it. */
const LOOK_DAYS = 400;

/**
 * What is wrong with a schedule. Paths are JSON pointers into it.
 * @param at the moment from which layers are compared
 */
export function faultsOfSchedule(schedule: Schedule, world: OnCallWorld, at: number): OnCallFault[] {
  const faults: OnCallFault[] = [];
  if (schedule.layers.length === 0) {
    faults.push(error('/layers', 'Lịch chưa có lớp trực nào.', 'The schedule has no layer: nobody would be on call.'));
  }
  for (const [i, layer] of schedule.layers.entries()) {
    const path = `/layers/${i}`;
    if (layer.people.length === 0) {
      faults.push(error(`${path}/people`, 'Lớp này không có ai.', 'The layer names nobody.'));
    }
    for (const [j, person] of layer.people.entries()) {
      faults.push(...unknownPerson(`${path}/people/${j}`, person, world));
      if (layer.people.indexOf(person) < j) {
        faults.push(
          error(`${path}/people/${j}`, `${person} có hai lần trong lớp.`, `${person} is in the rotation twice.`),
        );
      }
    }
    faults.push(...faultsOfTimes(path, layer));
  }
  const overrides = schedule.overrides.map((each) => ({
    person: each.person,
    from: Date.parse(each.from),
    to: Date.parse(each.to),
  }));
  faults.push(...overrides.flatMap((_, i) => faultsOfOverride(overrides, i, world)));
  // Layers are compared only when every time of them can be read.
  return faults.length > 0 ? faults : faultsBetweenLayers(schedule, world, at);
}

function faultsOfTimes(path: string, layer: Schedule['layers'][number]): OnCallFault[] {
  const faults: OnCallFault[] = [];
  const start = dayNumber(layer.start);
  if (!Number.isInteger(start) || new Date(start * DAY_MS).toISOString().slice(0, 10) !== layer.start) {
    faults.push(error(`${path}/start`, `Không có ngày ${layer.start}.`, `There is no day ${layer.start}.`));
  }
  if (!(Number.isInteger(layer.turnDays) && layer.turnDays >= 1)) {
    faults.push(error(`${path}/turnDays`, 'Mỗi phiên từ 1 ngày trở lên.', 'A turn lasts one day or more.'));
  }
  const times = [
    ['handover', layer.handover],
    ...(layer.hours ? [['hours/from', layer.hours.from] as const, ['hours/to', layer.hours.to] as const] : []),
  ] as const;
  for (const [name, time] of times) if (!isTime(time)) faults.push(noTime(`${path}/${name}`, time));
  if (layer.hours?.days.length === 0) {
    faults.push(error(`${path}/hours/days`, 'Chưa chọn ngày nào.', 'No day is chosen.'));
  }
  return faults;
}

export const noTime = (path: string, time: string): OnCallFault =>
  error(path, `“${time}” không phải giờ dạng 07:30.`, `"${time}" is not a time such as 07:30.`);

export function isTime(text: string): boolean {
  try {
    readTime(text);
    return true;
  } catch {
    return false;
  }
}

function faultsOfOverride(
  overrides: readonly (Span & { person: string })[],
  i: number,
  world: OnCallWorld,
): OnCallFault[] {
  const override = overrides[i];
  if (!override) return [];
  const path = `/overrides/${i}`;
  const faults = unknownPerson(`${path}/person`, override.person, world);
  const { from, to } = override;
  if (Number.isNaN(from) || Number.isNaN(to) || from >= to) {
    return [...faults, error(`${path}/to`, 'Giờ kết thúc phải sau giờ bắt đầu.', 'It must end after it begins.')];
  }
  const other = overrides.slice(0, i).findIndex((each) => from < each.to && each.from < to);
  if (other < 0) return faults;
  const [vi, en] = [
    `Trùng giờ với lần trực thay số ${other + 1} (${overrides[other]?.person}).`,
    `It overlaps override ${other + 1} (${overrides[other]?.person}).`,
  ];
  return [...faults, error(`${path}/from`, vi, en)];
}

/**
 * A later layer may be an exception: within an earlier one, or for holidays. Two that cross hide each other where
 * nobody sees it, and one that never decides is a mistake.
 */
function faultsBetweenLayers(schedule: Schedule, world: OnCallWorld, at: number): OnCallFault[] {
  const faults: OnCallFault[] = [];
  const { isHoliday } = world;
  const begin = Math.max(at, ...schedule.layers.map(({ start }) => dayNumber(start) * DAY_MS));
  const end = begin + LOOK_DAYS * DAY_MS;
  const bare = { ...schedule, overrides: [] };
  const deciding = new Set(shiftsOf(bare, begin, end, isHoliday).map(({ layer }) => layer));
  const spans = schedule.layers.map((_, i) => layerSpans(schedule, i, begin, end, isHoliday));
  for (const [i, layer] of schedule.layers.entries()) {
    if (!deciding.has(i)) {
      const never = spans[i]?.length === 0;
      const [vi, en] = never
        ? ['Lớp này không bao giờ trực.', 'The layer is never on call.']
        : ['Các lớp sau che hết lớp này.', 'Later layers hide this one wholly.'];
      faults.push(error(`/layers/${i}`, vi, en));
    }
    if (layer.holidays === 'only' || !deciding.has(i)) continue;
    const crossed = spans.slice(0, i).findIndex((earlier, j) => {
      if (schedule.layers[j]?.holidays === 'only' || !deciding.has(j)) return false;
      const common = commonTime(earlier, spans[i] ?? []);
      return common > 0 && common < lengthOf(spans[i] ?? []);
    });
    if (crossed >= 0) faults.push(crossing(schedule, crossed, i, firstCommon(spans[crossed] ?? [], spans[i] ?? [])));
  }
  return faults;
}

function crossing(schedule: Schedule, earlier: number, later: number, from: number): OnCallFault {
  const name = schedule.layers[earlier]?.name;
  const when = localMoment(from);
  return error(
    `/layers/${later}/hours`,
    `Giờ trực chồng lên lớp “${name}” (từ ${when}) mà không nằm trọn trong lớp đó. Hãy cho hai lớp nối tiếp nhau, hoặc lớp sau nằm trong lớp trước.`,
    `Its hours overlap layer "${name}" (from ${when}) without lying within it. Let one begin where the other ends, or the later lie within the earlier.`,
  );
}

type Span = { from: number; to: number };

const lengthOf = (spans: readonly Span[]): number => spans.reduce((sum, { from, to }) => sum + to - from, 0);

/** Common spans of two ordered lists. */
function* common(one: readonly Span[], other: readonly Span[]): Generator<Span> {
  for (let i = 0, j = 0; ;) {
    const [a, b] = [one[i], other[j]];
    if (!a || !b) return;
    const from = Math.max(a.from, b.from);
    const to = Math.min(a.to, b.to);
    if (from < to) yield { from, to };
    if (a.to <= b.to) i++;
    else j++;
  }
}

const commonTime = (one: readonly Span[], other: readonly Span[]): number => lengthOf([...common(one, other)]);
const firstCommon = (one: readonly Span[], other: readonly Span[]): number => [...common(one, other)][0]?.from ?? 0;
