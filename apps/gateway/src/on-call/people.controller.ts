import { Users } from '#libs/access';
import type { Person } from '#libs/contracts';
import { Body, Controller, Get, HttpCode, Inject, Param, Post, Put, UseInterceptors } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { ForLeaders } from '../access/access.guard.js';
import { CurrentViewer } from '../access/current-viewer.js';
import type { Viewer } from '../access/viewer.js';
import { AccessErrorInterceptor } from '../admin/access-error.interceptor.js';
import { ChangedPersonDto, MyContactsDto, NewPersonDto } from './people.dto.js';
import { type PersonalChannel, People } from './people.service.js';

/** What everybody who is signed in may know of the others: whom to assign, and whom to call. */
export type Colleague = Pick<Person, 'login' | 'name' | 'role' | 'phone'>;

/** People, their roles, and where they are reached; for administrators. */
@Controller('v1/people')
@ApiTags('people')
@UseInterceptors(AccessErrorInterceptor)
export class PeopleController {
  constructor(
    @Inject(People) private readonly people: People,
    @Inject(Users) private readonly users: Users,
  ) {}

  @Get()
  async list(): Promise<{ people: Person[]; channels: PersonalChannel[] }> {
    return { people: await this.people.list(), channels: await this.people.channels() };
  }

  @Get('names')
  @ForLeaders()
  @ApiOperation({ summary: 'Who may be assigned or called: login, name, role and phone of all who are not disabled' })
  async names(): Promise<{ people: Colleague[] }> {
    const people = (await this.people.list()).filter(({ disabled }) => !disabled);
    return { people: people.map(({ login, name, role, phone }) => ({ login, name, role, phone })) };
  }

  @Post()
  @ApiOperation({ summary: 'Adds a person; the password is in the answer, and never shown again' })
  add(@Body() body: NewPersonDto, @CurrentViewer() viewer: Viewer): Promise<{ login: string; password: string }> {
    return this.people.add(body, viewer.name);
  }

  @Put(':login')
  @ApiOperation({ summary: 'Changes a person. Disabling, or another role, ends all sessions at once' })
  change(
    @Param('login') login: string,
    @Body() body: ChangedPersonDto,
    @CurrentViewer() viewer: Viewer,
  ): Promise<Person> {
    return this.people.change(login, body, viewer.name);
  }

  @Post(':login/password')
  @HttpCode(200)
  @ApiOperation({ summary: 'A new password, shown once; ends all sessions of the person' })
  async resetPassword(
    @Param('login') login: string,
    @CurrentViewer() viewer: Viewer,
  ): Promise<{ login: string; password: string }> {
    return { login, password: await this.users.resetPassword(login, viewer.name) };
  }
}

/** Where the person who is signed in is reached. */
@Controller('v1/me/contacts')
@ApiTags('people')
@ForLeaders()
@UseInterceptors(AccessErrorInterceptor)
export class MyContactsController {
  constructor(@Inject(People) private readonly people: People) {}

  @Get()
  async mine(@CurrentViewer() viewer: Viewer): Promise<{ person: Person; channels: PersonalChannel[] }> {
    return { person: await this.people.one(viewer.name), channels: await this.people.channels() };
  }

  @Put()
  change(@Body() body: MyContactsDto, @CurrentViewer() viewer: Viewer): Promise<Person> {
    return this.people.changeOwn(viewer.name, body);
  }
}
