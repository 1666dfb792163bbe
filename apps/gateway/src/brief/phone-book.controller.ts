import { Controller, Get, Inject } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { PhoneBook } from '#libs/contracts';
import { CLOCK, type Clock } from '#libs/platform';
import { ForLeaders } from '../access/access.guard.js';
import { BriefPeople } from './brief-people.service.js';

/** Names and numbers for the leader's page. */
@Controller('v1/phone-book')
@ApiTags('brief')
@ForLeaders()
export class PhoneBookController {
  constructor(
    @Inject(BriefPeople) private readonly people: BriefPeople,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** People who can be given an alert, with their numbers, and who is on call now. */
  @Get()
  read(): Promise<PhoneBook> {
    return this.people.phoneBook(this.clock.now());
  }
}
