import { PackSetting } from '#libs/sector-kit';
import { ArrayMaxSize, ArrayUnique, IsArray, IsInt, Matches, Max, MaxLength, Min } from 'class-validator';
import { GOALS, type Goal } from './goals.js';

const CODE = '[a-z][a-z0-9-]{0,29}\\.[a-z0-9][a-z0-9-]{0,39}';
const DAY = '20\\d{2}-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])';
const NUMBER = '-?\\d{1,9}(\\.\\d{1,6})?';
const GOAL = new RegExp(`^${CODE} \\S{1,12} ${DAY} ${NUMBER} ${DAY} ${NUMBER}$`);
const GOAL_MESSAGE =
  '$property must be goals such as nq07.digital-economy % 2020-12-31 3 2025-12-31 20: code, unit (- for none), base day and value, deadline and target';
const NAME = new RegExp(`^(${CODE}|[a-z][a-z0-9-]{0,29}) [^|]{1,80} \\| [^|]{1,80}$`);
const NAME_MESSAGE = '$property must be names such as nq07.digital-economy Kinh tế số | Digital economy';

const DTI_NAME = /^(m[1-8]|c([1-9]|[1-3]\d|4[0-7])) [^|]{1,80} \| [^|]{1,80}$/;

const lineOf = ({ code, unit, base, target }: Goal): string =>
  [code, unit === '' ? '-' : unit, ...base, ...target].join(' ');
const codeOf = (line: unknown): unknown => (typeof line === 'string' ? line.split(' ')[0] : line);

/** What an operator may set of this pack. */
export class TargetSettings {
  @PackSetting(
    'Goals that are followed, by tree: code, unit (- for none), base day and value, deadline and target. An event that sets a goal goes before',
    {
      assumed: true,
      source:
        'published targets: 20 % digital economy and 100 % of reporting regimes (Resolution 07-NQ/TU of Sóc Trăng), 49.85 % with accounts, 40 % using online services; bases of the DTI pillars: Sóc Trăng in 2020. Assumed: the other bases, deadlines and the targets of the DTI pillars',
    },
  )
  @IsArray()
  @ArrayMaxSize(200)
  @ArrayUnique(codeOf, { message: '$property must name each goal once' })
  @Matches(GOAL, { each: true, message: GOAL_MESSAGE })
  goals: string[] = GOALS.map(lineOf);

  @PackSetting('Names of goals and trees that are not built in: code, Vietnamese | English')
  @IsArray()
  @ArrayMaxSize(400)
  @MaxLength(240, { each: true })
  @Matches(NAME, { each: true, message: NAME_MESSAGE })
  names: string[] = [];

  @PackSetting(
    'Names of the 8 main (m1 … m8) and 47 component indices (c1 … c47) of the DTI: code, Vietnamese | English',
    {
      assumed: true,
      source: 'that there are 8 and 47 is published; their list was not at hand, so they go by number',
    },
  )
  @IsArray()
  @ArrayMaxSize(55)
  @ArrayUnique(codeOf, { message: '$property must name each index once' })
  @Matches(DTI_NAME, { each: true, message: '$property must be names such as m1 Nhận thức số | Digital awareness' })
  dtiNames: string[] = [];

  @PackSetting('Days before its deadline in which a task is due soon', { assumed: true })
  @IsInt()
  @Min(1)
  @Max(365)
  dueSoonDays: number = 7;
}
