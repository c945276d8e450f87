import type { Transaction } from '#libs/database';
import { Access, Caller, type Principal, Public, Tx, UnitOfWork } from '#libs/http';
import { notFound } from '#libs/kernel';
import { Body, Controller, Delete, HttpCode, Ip, Post, UseInterceptors } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import { SessionStore } from '../store/session-store.js';
import { RefreshSession } from '../use-cases/refresh-session.js';
import { SignIn } from '../use-cases/sign-in.js';
import { RefreshBody, SessionTokens, SignInBody } from './accounts.dto.js';
import { AnswersSecret } from './answers-secret.js';

@ApiTags('sessions')
@Controller('v1/sessions')
export class SessionsController {
  constructor(
    private readonly signIn: SignIn,
    private readonly refreshSession: RefreshSession,
    private readonly sessions: SessionStore,
  ) {}

  @Post()
  @Public()
  @AnswersSecret()
  @ApiOperation({ operationId: 'signIn', summary: 'Sign in with e-mail and password' })
  @ApiCreatedResponse({ standardSchema: SessionTokens })
  create(
    @Body({ schema: SignInBody }) { email, password }: z.infer<typeof SignInBody>,
    @Ip() ip: string,
  ): Promise<z.infer<typeof SessionTokens>> {
    return this.signIn.signIn(email, password, ip);
  }

  @Post('refresh')
  @HttpCode(200)
  @Public()
  @AnswersSecret()
  @ApiOperation({ operationId: 'refreshSession', summary: 'Exchange a refresh token for new tokens' })
  @ApiOkResponse({ standardSchema: SessionTokens })
  refresh(
    @Body({ schema: RefreshBody }) { refreshToken }: z.infer<typeof RefreshBody>,
  ): Promise<z.infer<typeof SessionTokens>> {
    return this.refreshSession.refresh(refreshToken);
  }

  @Delete('current')
  @HttpCode(204)
  @Access('customer')
  @UseInterceptors(UnitOfWork)
  @ApiOperation({ operationId: 'signOut', summary: 'Sign out: the session gets no new access token' })
  @ApiNoContentResponse()
  async end(@Caller() { sessionId }: Principal, @Tx() tx: Transaction): Promise<void> {
    if (!sessionId) throw notFound('accounts.session-not-found', 'An API key has no session to sign out of.');
    await this.sessions.revoke(tx, sessionId);
  }
}
