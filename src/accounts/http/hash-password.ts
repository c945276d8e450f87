import { createHmac } from 'node:crypto';
import { SETTINGS, type Settings } from '#libs/config';
import { requestOf } from '#libs/http';
import {
  type CallHandler,
  createParamDecorator,
  type ExecutionContext,
  Inject,
  Injectable,
  type NestInterceptor,
} from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Observable } from 'rxjs';
import { Passwords } from '../use-cases/passwords.js';
import { SignUpBody } from './accounts.dto.js';

const hashes = new WeakMap<FastifyRequest, string>();

/** The hash of the body's password, on a route under HashPassword. */
export const PasswordHash = createParamDecorator((_: unknown, context: ExecutionContext) =>
  hashes.get(requestOf(context)),
);

/**
 * Stands before UnitOfWork, so that no transaction is open while the password is hashed. In the body a keyed print takes
 * its place: what fingerprints the body would otherwise keep a fast hash of the password beside the slow one.
 */
@Injectable()
export class HashPassword implements NestInterceptor {
  private readonly secret: string;

  constructor(
    @Inject(SETTINGS) settings: Settings,
    private readonly passwords: Passwords,
  ) {
    this.secret = settings.SECRET[0] as string;
  }

  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const request = requestOf(context);
    const { data: body } = SignUpBody.safeParse(request.body); // the route's own validation refuses what does not fit
    if (body) {
      hashes.set(request, await this.passwords.hash(body.password));
      const print = createHmac('sha256', `password print ${this.secret}`).update(body.password).digest('base64url');
      request.body = { ...body, password: print };
    }
    return next.handle();
  }
}
