import { idempotencyTable } from '#libs/http';
import { FeatureModule } from '#libs/messaging';
import { Module } from '@nestjs/common';
import { DeadLettersController } from './http/dead-letters.controller.js';
import { ReachDeadLetters } from './use-cases/reach-dead-letters.js';

@Module({
  imports: [FeatureModule.for({ module: 'console', migrations: [idempotencyTable('console')] })],
  controllers: [DeadLettersController],
  providers: [ReachDeadLetters],
})
export class ConsoleModule {}
