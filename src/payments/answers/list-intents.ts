import type { AnswerOf, QuestionOf } from '#libs/kernel';
import { Handles } from '#libs/messaging';
import { Injectable } from '@nestjs/common';
import { ListIntents } from '../contract/index.js';
import { IntentStore } from '../store/intent-store.js';

@Injectable()
export class ListIntentsAnswer {
  constructor(private readonly intents: IntentStore) {}

  @Handles(ListIntents)
  answer({ orderIds }: QuestionOf<typeof ListIntents>): Promise<AnswerOf<typeof ListIntents>> {
    return this.intents.statuses(orderIds);
  }
}
