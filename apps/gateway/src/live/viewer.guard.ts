import { type CanActivate, type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import { CLOCK, type Clock } from '#libs/platform';
import type { LiveSocket } from './audience.js';

/** Lets a message through only while its sender is somebody: authenticated at the handshake, and not expired since. */
@Injectable()
export class ViewerGuard implements CanActivate {
  constructor(@Inject(CLOCK) private readonly clock: Clock) {}

  canActivate(context: ExecutionContext): boolean {
    const socket = context.switchToWs().getClient<LiveSocket>();
    const viewer = (socket.data as Partial<LiveSocket['data']>).viewer;
    const alive = viewer !== undefined && (viewer.expiresAt === null || viewer.expiresAt > this.clock.now());
    if (!alive) {
      socket.emit('revoked');
      socket.disconnect(true);
    }
    return alive;
  }
}
