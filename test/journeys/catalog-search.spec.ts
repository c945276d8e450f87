import { describe, expect, it } from '@jest/globals';
import { api, asAdmin, shopUrl, unique } from '../support/api.js';

type Query = NonNullable<Parameters<typeof list>[0]>;

const gbp = (amount: number) => ({ amount, currency: 'GBP' });

/** A word of letters that nobody else uses: those may be mistyped. */
function word(length = 10): string {
  return Array.from({ length }, () => 'abcdefghijklmnopqrstuvwxyz'[Math.floor(Math.random() * 26)]).join('');
}

async function product(title: string, more: { amount?: number; description?: string; categories?: string[] } = {}) {
  const { amount = 1_000, ...rest } = more;
  const { data, error } = await asAdmin().POST('/v1/products', {
    body: { title, ...rest, variants: [{ sku: unique('SKU'), price: gbp(amount) }] },
  });
  if (!data) throw new Error(JSON.stringify(error));
  return data;
}

async function list(query: {
  q?: string;
  category?: string;
  sku?: string;
  sort?: 'relevance' | 'title' | '-title' | 'price' | '-price' | 'createdAt' | '-createdAt';
  limit?: number;
  cursor?: string;
}) {
  const { data, error } = await api().GET('/v1/products', { params: { query } });
  if (!data) throw new Error(JSON.stringify(error));
  return { titles: data.items.map(({ title }) => title), next: data.next };
}

async function allPages(query: Query, betweenPages: () => Promise<unknown> = async () => undefined) {
  const titles: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await list({ ...query, cursor });
    titles.push(...page.titles);
    cursor = page.next ?? undefined;
    await betweenPages();
  } while (cursor);
  return titles;
}

describe('searching', () => {
  it('finds a product by its words, in any order, case and accent, begun or whole', async () => {
    const name = word();
    const title = `Crème ${name} Teapots`;
    await product(title);
    for (const q of [name, `teapot ${name}`, `${name.toUpperCase()} CREME`, `"${name}" & crème!`, name.slice(0, 8)]) {
      expect((await list({ q })).titles).toEqual([title]);
    }
    expect((await list({ q: `${name} ${word()}` })).titles).toEqual([]);
  });

  it('finds it in spite of a typo', async () => {
    const name = word();
    await product(`Black ${name}`);
    const letters = [...name];
    const less = name.slice(0, 4) + name.slice(5);
    const more = `${name.slice(0, 4)}q${name.slice(4)}`;
    const other = `${name.slice(0, 4)}${name[4] === 'q' ? 'x' : 'q'}${name.slice(5)}`;
    const swapped = [...letters.slice(0, 4), letters[5], letters[4], ...letters.slice(6)].join('');
    for (const typo of [less, more, other, swapped]) {
      expect((await list({ q: typo })).titles).toEqual([`Black ${name}`]);
    }
    expect((await list({ q: `blakc ${less}` })).titles).toEqual([`Black ${name}`]);
  });

  it('takes a word that is on sale as it is, and codes as they are', async () => {
    const name = `${word(6)}k`; // no English ending, which the stem of a word goes without
    const almost = `${name.slice(0, 6)}q`;
    await product(name);
    await product(almost);
    expect((await list({ q: name })).titles).toEqual([name]);
    const { variants } = await product(word());
    const sku = variants[0]?.sku ?? '';
    expect((await list({ q: sku })).titles).toHaveLength(1);
    expect((await list({ q: `${sku}9` })).titles).toEqual([]);
  });

  it('puts what has the word in its name before what has it in its description', async () => {
    const name = word();
    await product(`Cloth for it ${name.slice(0, 2)}`, { description: `Goes with the ${name}.` });
    await product(`The ${name}`);
    expect((await list({ q: name })).titles[0]).toBe(`The ${name}`);
    expect((await list({ q: name })).titles).toHaveLength(2);
  });

  it.each(['!!!', "' | & : * ( ) <->", '\\', 'हिन्दी', '🙂', 'a'.repeat(200), 'the', '%'])(
    'answers whatever is asked: %s',
    async (q) => expect(Array.isArray((await list({ q })).titles)).toBe(true),
  );

  it('combines with the filters', async () => {
    const [name, category] = [word(), word()];
    const wanted = await product(`${name} one`, { categories: [category, 'other'] });
    await product(`${name} two`);
    await product('three', { categories: [category] });
    expect((await list({ q: name, category })).titles).toEqual([`${name} one`]);
    expect((await list({ category, sku: wanted.variants[0]?.sku })).titles).toEqual([`${name} one`]);
    expect((await list({ q: name, sku: unique('SKU') })).titles).toEqual([]);
  });
});

describe('a list of products', () => {
  it('is sorted as asked', async () => {
    const category = word();
    for (const [title, amount] of [
      ['beta', 300],
      ['Alpha', 200],
      ['ätna', 100],
      ['gamma', 200],
    ] as const) {
      await product(title, { amount, categories: [category] });
    }
    const titles = async (sort?: Query['sort']) => (await list({ category, sort })).titles;
    expect(await titles()).toEqual(['Alpha', 'ätna', 'beta', 'gamma']);
    expect(await titles('-title')).toEqual(['gamma', 'beta', 'ätna', 'Alpha']);
    expect(await titles('price')).toEqual(['ätna', 'Alpha', 'gamma', 'beta']);
    expect(await titles('-price')).toEqual(['beta', 'gamma', 'Alpha', 'ätna']);
    expect(await titles('createdAt')).toEqual(['beta', 'Alpha', 'ätna', 'gamma']);
    expect(await titles('-createdAt')).toEqual(['gamma', 'ätna', 'Alpha', 'beta']);
  });

  it.each(['title', '-price', '-createdAt', 'relevance'] as const)(
    'shows each product once, while others come: by %s',
    async (sort) => {
      const category = word();
      const mine = [];
      for (let i = 0; i < 7; i += 1) mine.push(`${category} ${i}`);
      for (const title of mine) await product(title, { categories: [category] });
      let came = 0;
      const seen = await allPages({ category, q: category, sort, limit: 2 }, async () => {
        came += 1;
        if (came < 4) await product(`${category} new`, { categories: [category], amount: 500 * came });
      });
      expect(seen.filter((title) => !title.endsWith('new')).sort()).toEqual(mine);
    },
  );

  it('names the next page in a Link, which works as it is', async () => {
    const category = word();
    for (const title of ['a', 'b', 'c']) await product(title, { categories: [category] });
    const first = await fetch(`${shopUrl()}/v1/products?category=${category}&limit=2`);
    const link = /^<(.+)>; rel="next"$/.exec(first.headers.get('link') ?? '')?.[1] ?? '';
    const second = await fetch(new URL(link, shopUrl()));
    expect((await second.json()) as object).toMatchObject({ items: [{ title: 'c' }], next: null });
    expect(second.headers.get('link')).toBeNull();
    expect(second.headers.get('cache-control')).toMatch(/^public, max-age=\d$/);
    const etag = second.headers.get('etag') ?? '';
    const again = await fetch(new URL(link, shopUrl()), { headers: { 'If-None-Match': etag } });
    expect(again.status).toBe(304);
  });

  it('refuses a cursor of another list', async () => {
    const category = word();
    for (const title of ['a', 'b']) await product(title, { categories: [category] });
    const { next } = await list({ category, limit: 1 });
    for (const [sort, cursor] of [
      ['price', next ?? ''],
      ['title', 'nonsense'],
      ['title', Buffer.from('{"sort":"title","value":1,"id":"x"}').toString('base64url')],
    ] as const) {
      const { error, response } = await api().GET('/v1/products', { params: { query: { sort, cursor } } });
      expect([response.status, error?.code]).toEqual([400, 'http.invalid-cursor']);
    }
  });
});
