import type { Transaction } from '#libs/database';
import { Access, Caller, type Principal, Public, Tx, UnitOfWork } from '#libs/http';
import { notFound } from '#libs/kernel';
import { Body, Controller, Get, Post, UseInterceptors } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import { AccountStore } from '../store/account-store.js';
import { SignUp } from '../use-cases/sign-up.js';
import { Account, accountOf, SignUpBody } from './accounts.dto.js';
import { HashPassword, PasswordHash } from './hash-password.js';

@ApiTags('accounts')
@Controller('v1/accounts')
export class AccountsController {
  constructor(
    private readonly accounts: AccountStore,
    private readonly signUp: SignUp,
  ) {}

  @Post()
  @Public()
  @UseInterceptors(HashPassword, UnitOfWork)
  @ApiOperation({ operationId: 'signUp', summary: 'Open an account' })
  @ApiCreatedResponse({ standardSchema: Account })
  async create(
    @Body({ schema: SignUpBody }) { email, name }: z.infer<typeof SignUpBody>,
    @PasswordHash() passwordHash: string,
    @Tx() tx: Transaction,
  ): Promise<z.infer<typeof Account>> {
    return accountOf(await this.signUp.signUp(tx, { email, name, passwordHash }));
  }

  @Get('me')
  @Access('customer')
  @ApiOperation({ operationId: 'getMe', summary: 'The account that is signed in' })
  @ApiOkResponse({ standardSchema: Account })
  async me(@Caller() caller: Principal): Promise<z.infer<typeof Account>> {
    const account = caller.role === 'customer' ? await this.accounts.find(caller.id) : undefined;
    if (!account) throw notFound('accounts.not-found', 'This token belongs to no account. Sign in to have one.');
    return accountOf(account);
  }
}
