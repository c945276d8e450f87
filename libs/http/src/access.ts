import { noteCaller } from '#libs/observability';
import {
  applyDecorators,
  type CanActivate,
  createParamDecorator,
  type ExecutionContext,
  Inject,
  Injectable,
  SetMetadata,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { ApiBearerAuth, ApiExtension } from '@nestjs/swagger';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { httpError } from './errors.js';
import { type Principal, type Role, ROLES } from './principal.js';
import { sendProblem } from './problem.filter.js';
import { RateLimit } from './rate-limit.js';
import { Tokens } from './tokens.js';

/** Looks an API key up; undefined where it is unknown or revoked. */
export abstract class ApiKeys {
  abstract find(key: string): Promise<Principal | undefined>;
}

const ACCESS = 'floodgate:access';

/** Everyone may call this, credentials or not. Wrong credentials are refused all the same. */
export const Public = () => applyDecorators(SetMetadata(ACCESS, 'public'), ApiExtension('x-role', 'public'));

/** The least role that may call this. A route without `@Access` or `@Public` is denied to all. */
export const Access = (role: Role) =>
  applyDecorators(SetMetadata(ACCESS, role), ApiExtension('x-role', role), ApiBearerAuth());

/** The caller: `@Caller() principal: Principal`, undefined on a public route without credentials. */
export const Caller = createParamDecorator((_: unknown, context: ExecutionContext) => principalOf(requestOf(context)));

const principals = new WeakMap<FastifyRequest, Principal>();
export const principalOf = (request: FastifyRequest): Principal | undefined => principals.get(request);
export const requestOf = (context: ExecutionContext) => context.switchToHttp().getRequest<FastifyRequest>();

/** Holds every route to its `@Access`. Denies by default. */
@Injectable()
export class AccessGuard implements CanActivate {
  constructor(@Inject(Reflector) private readonly reflector: Reflector) {}

  canActivate(context: ExecutionContext): boolean {
    if (context.getType() !== 'http') return true;
    const needed = this.reflector.getAllAndOverride<Role | 'public' | undefined>(ACCESS, [
      context.getHandler(),
      context.getClass(),
    ]);
    if (needed === 'public') return true;
    const principal = principalOf(requestOf(context));
    if (!principal) throw httpError('http.unauthorized');
    if (!needed || ROLES.indexOf(principal.role) < ROLES.indexOf(needed)) {
      throw httpError('http.forbidden', { detail: `This needs the role ${needed ?? 'that nobody has'}.` });
    }
    return true;
  }
}

/** Authenticates and counts each caller before the body is read, whatever the path. */
@Injectable()
export class CallerHook {
  constructor(
    @Inject(Tokens) private readonly tokens: Tokens,
    @Inject(ApiKeys) private readonly apiKeys: ApiKeys,
    @Inject(RateLimit) private readonly rateLimit: RateLimit,
  ) {}

  install(server: FastifyInstance): void {
    server.addHook('onRequest', async (request, reply) => {
      try {
        await this.admit(request, reply);
      } catch (error) {
        sendProblem(error, request, reply);
        return reply;
      }
      return undefined;
    });
  }

  /** Guessing tokens counts as well, by address. */
  private async admit(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    let principal: Principal | undefined;
    try {
      principal = await this.authenticate(request.headers.authorization);
      if (principal) {
        principals.set(request, principal);
        noteCaller(`${principal.role}:${principal.id}`);
      }
    } finally {
      await this.rateLimit.take(request, reply, principal);
    }
  }

  private async authenticate(header: string | undefined): Promise<Principal | undefined> {
    if (header === undefined) return undefined;
    const token = /^Bearer (\S+)$/i.exec(header)?.[1];
    if (!token) throw httpError('http.unauthorized', { detail: 'The Authorization header must read: Bearer <token>.' });
    const principal = (await this.tokens.verify(token)) ?? (await this.apiKeys.find(token));
    if (!principal)
      throw httpError('http.unauthorized', { detail: 'The token is not valid, or no longer. Sign in again.' });
    return principal;
  }
}
