import { describe, expect, it } from '@jest/globals';
import { markup } from './markup.js';

describe('markup', () => {
  it('escapes values, in text and in attributes', () => {
    const title = `<img src=x onerror="alert('1')"> & more`;
    expect(markup`<p title="${title}">${title}</p>`.html).toBe(
      '<p title="&lt;img src=x onerror=&quot;alert(&#39;1&#39;)&quot;&gt; &amp; more">' +
        '&lt;img src=x onerror=&quot;alert(&#39;1&#39;)&quot;&gt; &amp; more</p>',
    );
  });

  it('takes markup as it is, one piece or many, and keeps dollars', () => {
    const items = ['a', '<b>', '$&'].map((item) => markup`<li>${item}</li>`);
    expect(markup`<ul>${items}</ul>${markup`<hr>`}`.html).toBe(
      '<ul><li>a</li><li>&lt;b&gt;</li><li>$&amp;</li></ul><hr>',
    );
  });
});
