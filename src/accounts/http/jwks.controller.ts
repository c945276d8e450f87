import { Public, Tokens } from '#libs/http';
import { Controller, Get, Header } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Jwks } from './accounts.dto.js';

@ApiTags('operations')
@Controller('.well-known/jwks.json')
export class JwksController {
  constructor(private readonly tokens: Tokens) {}

  @Get()
  @Public()
  @Header('cache-control', 'public, max-age=300')
  @ApiOperation({ operationId: 'getJwks', summary: 'The public keys that verify access tokens (RFC 7517)' })
  @ApiOkResponse({ standardSchema: Jwks })
  get() {
    return this.tokens.jwks();
  }
}
