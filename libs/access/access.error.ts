/** A change of access that cannot be made. `code` maps to 400, 404 and 409 at an API. */
export class AccessError extends Error {
  constructor(
    readonly code: 'invalid' | 'not-found' | 'conflict',
    message: string,
  ) {
    super(message);
  }
}
