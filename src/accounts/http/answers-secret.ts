import { httpError, requestOf } from '#libs/http';
import { applyDecorators, type CanActivate, type ExecutionContext, Injectable, UseGuards } from '@nestjs/common';
import { ApiExtension } from '@nestjs/swagger';

@Injectable()
class RefuseIdempotencyKey implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    if (requestOf(context).headers['idempotency-key'] === undefined) return true;
    throw httpError('http.idempotency-key-refused');
  }
}

/** A POST that answers a secret takes no Idempotency-Key: to answer a repeat, the secret would have to be kept. */
export const AnswersSecret = () =>
  applyDecorators(UseGuards(RefuseIdempotencyKey), ApiExtension('x-answers-secret', true));
