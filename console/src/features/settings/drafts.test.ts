import assert from 'node:assert/strict';
import { checkReply } from './reply-draft.ts';
import { sectionAt, sectionsOf } from './sections.ts';
import { checkUser, readTeams } from './user-draft.ts';

describe('the settings', () => {
  it('show each role what the rules let it read', () => {
    assert.deepEqual(sectionsOf('agent'), ['preferences', 'replies']);
    assert.deepEqual(sectionsOf('manager'), ['preferences', 'replies', 'users']);
    assert.deepEqual(sectionsOf('admin'), ['preferences', 'replies', 'users', 'audit']);
  });

  it('begin with what is one’s own, and refuse an address of others', () => {
    assert.equal(sectionAt(undefined, 'agent'), 'preferences');
    assert.equal(sectionAt('users', 'admin'), 'users');
    assert.equal(sectionAt('users', 'agent'), null);
    assert.equal(sectionAt('nonsense', 'admin'), null);
  });
});

describe('a colleague who is added', () => {
  const draft = { name: 'Ana', email: 'ana@shop.test', teams: 'main', password: '' };

  it('needs no password: a link lets them choose one', () => {
    assert.deepEqual(checkUser(draft), {});
    assert.deepEqual(checkUser({ ...draft, password: 'short' }), { password: 'badPassword' });
  });

  it('is told everything that is wrong at once', () => {
    assert.deepEqual(checkUser({ name: ' ', email: 'ana', teams: 'Sales Team!', password: '1' }), {
      name: 'missing',
      email: 'badEmail',
      teams: 'badTeams',
      password: 'badPassword',
    });
  });

  it('may be in several teams, typed in any way', () => {
    assert.deepEqual(readTeams('Main, sales;  main'), ['main', 'sales']);
    assert.equal(readTeams(' , '), null);
    assert.equal(readTeams('a_b'), null);
  });
});

describe('a quick reply', () => {
  it('has a title and a text, neither longer than the rules allow', () => {
    assert.deepEqual(checkReply({ title: 'Hours', text: 'We open at 9.' }), {});
    assert.deepEqual(checkReply({ title: ' ', text: 'x'.repeat(4_001) }), { title: 'missing', text: 'tooLong' });
  });
});
