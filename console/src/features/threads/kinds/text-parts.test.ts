import assert from 'node:assert/strict';
import { textParts, unmarked } from './text-parts.ts';

const drawn = (text: string) =>
  textParts(text)
    .map((part) => (part.kind === 'plain' ? part.text : `<${part.kind} ${part.text}>`))
    .join('');

describe('a text as WhatsApp shows it', () => {
  it('has links, without the full stop behind them', () => {
    assert.equal(drawn('see https://a.ro/x?y=1. Bye'), 'see <link https://a.ro/x?y=1>. Bye');
    assert.equal(drawn('(http://a.ro)'), '(<link http://a.ro>)');
  });

  it('makes no link of anything but the web', () => {
    assert.equal(
      drawn('javascript:alert(1) file:///etc data:text/html,x'),
      'javascript:alert(1) file:///etc data:text/html,x',
    );
  });

  it('has marks that touch their words', () => {
    assert.equal(drawn('*bold* _it_ ~no~ `x=1`'), '<bold bold> <italic it> <struck no> <code x=1>');
    assert.equal(drawn('2 * 3 * 4, snake_case_name, * loose *'), '2 * 3 * 4, snake_case_name, * loose *');
  });

  it('go where a text is only mentioned, and nothing else does', () => {
    assert.equal(unmarked('On *Monday* or _later_: 2*3*4, https://f.g/h'), 'On Monday or later: 2*3*4, https://f.g/h');
  });

  it('loses nothing', () => {
    const text = 'a *b c* d\n_e_ https://f.g/h, i';
    assert.equal(
      textParts(text)
        .map((part) => part.text)
        .join('').length,
      text.length - 4,
    );
  });
});
