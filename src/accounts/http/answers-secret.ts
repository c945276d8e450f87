import { requestOf } from '#libs/http';
import { AppError } from '#libs/kernel';
import { applyDecorators, type CanActivate, type ExecutionContext, Injectable, UseGuards } from '@nestjs/common';
import { ApiExtension } from '@nestjs/swagger';

@Injectable()
class RefuseIdempotencyKey implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    if (requestOf(context).headers['idempotency-key'] === undefined) return true;
    throw new AppError(
      'http.idempotency-key-refused',
      'This answers a secret, which is not kept: send no Idempotency-Key.',
      { status: 400 },
    );
  }
}

/** A POST that answers a secret takes no Idempotency-Key: to answer a repeat, the secret would have to be kept. */
export const AnswersSecret = () =>
  applyDecorators(UseGuards(RefuseIdempotencyKey), ApiExtension('x-answers-secret', true));
