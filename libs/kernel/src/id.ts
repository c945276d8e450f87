import { createHash, randomFillSync } from 'node:crypto';

/** Orders are spread over this many buckets; a bucket is the unit that moves between shards. */
export const BUCKETS = 4096;

const RANDOM_BYTES = 10;
const pool = Buffer.alloc(RANDOM_BYTES * 400);
let used = pool.length;

/**
 * A UUIDv7 (RFC 9562): 48 bits of Unix time in ms, 12 bits `rand_a`, 62 random bits. With `bucket` the 12 bits of
 * rand_a carry it, so that an id alone says which shard it lives on.
 */
export function newId(bucket?: number): string {
  if (used === pool.length) {
    randomFillSync(pool); // one system call for 400 ids
    used = 0;
  }
  const bytes = Buffer.allocUnsafe(16);
  bytes.writeUIntBE(Date.now(), 0, 6);
  pool.copy(bytes, 6, used, used + RANDOM_BYTES);
  used += RANDOM_BYTES;
  const randA = bucket ?? bytes.readUInt16BE(6) & 0xfff;
  bytes.writeUInt16BE(0x7000 | randA, 6);
  bytes.writeUInt8(0x80 | (bytes.readUInt8(8) & 0x3f), 8);
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** The bucket in an id made by `newId(bucket)`, 0 to 4095. */
export function bucketOf(id: string): number {
  return Number.parseInt(id.slice(15, 18), 16);
}

/** When `newId` made it, in ms of Unix time. */
export function timeOf(id: string): number {
  return Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16);
}

/** The bucket of a key such as a customer id or a guest's e-mail. */
export function bucketFor(key: string): number {
  return createHash('sha256').update(key).digest().readUInt16BE(0) % BUCKETS;
}

export function isId(text: string): boolean {
  return /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(text);
}
