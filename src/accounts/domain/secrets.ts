import { createHash, randomBytes } from 'node:crypto';

/** 256 random bits. The prefix lets people and secret scanners tell what a leaked one is. */
const secret = (prefix: string) => prefix + randomBytes(32).toString('base64url');

export const newRefreshToken = () => secret('rt_');
export const newApiKey = () => secret('fg_');
export const looksLikeApiKey = (text: string) => /^fg_[\w-]{43}$/.test(text);

/** What is kept of a secret. It has 256 bits of its own, so that a fast hash without salt is enough, and can be looked up. */
export const hashOf = (text: string) => createHash('sha256').update(text).digest();
