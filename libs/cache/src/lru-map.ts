/** A Map that holds at most `most` entries: a new one takes the place of the least recently used. */
export class LruMap<K, V> extends Map<K, V> {
  constructor(private readonly most: number) {
    super();
  }

  override get(key: K): V | undefined {
    const value = super.get(key);
    if (value !== undefined) this.set(key, value);
    return value;
  }

  override set(key: K, value: V): this {
    super.delete(key); // a Map keeps insertion order, so the last set is the newest
    super.set(key, value);
    if (this.size > this.most) super.delete(this.keys().next().value as K);
    return this;
  }
}
