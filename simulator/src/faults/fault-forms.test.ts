import assert from 'node:assert/strict';
import { faultForms, type FaultForm } from './fault-forms.ts';
import { faultSchema } from './fault.ts';

const KINDS = faultSchema.options.map(({ shape }) => shape.kind.value);

function formOf(kind: string): FaultForm {
  const form = faultForms().find((each) => each.kind === kind);
  assert.ok(form, kind);
  return form;
}

/** As who fills the form in and changes nothing but this posts it. */
function posted({ kind, isForAnyone, settings }: FaultForm, changed: Record<string, string> = {}): unknown {
  const values = settings.map(({ name, value, isNumber }) => {
    const text = changed[name] ?? value;
    return [name, text === '' ? null : isNumber ? Number(text) : text];
  });
  return { kind, account: isForAnyone ? null : '+40700000001', ...(Object.fromEntries(values) as object) };
}

describe('the forms of faults', () => {
  it('are all there: one for each kind the API takes', () => {
    assert.deepEqual(
      faultForms().map(({ kind }) => kind),
      KINDS,
    );
  });

  for (const kind of KINDS) {
    it(`of ${kind} say what it does, and are taken as they are, with all its settings and each choice`, () => {
      const form = formOf(kind);
      assert.notEqual(form.explains, '');
      const shape = faultSchema.options.find((each) => each.shape.kind.value === kind)?.shape ?? {};
      const names = Object.keys(shape).filter((name) => name !== 'kind' && name !== 'account');
      assert.deepEqual(
        form.settings.map(({ name }) => name),
        names,
      );
      faultSchema.parse(posted(form));
      for (const { name, choices = {} } of form.settings)
        for (const choice of Object.keys(choices)) faultSchema.parse(posted(form, { [name]: choice }));
    });
  }

  it('know the bounds of numbers, what may be left empty, and what the values mean', () => {
    const [, direction, , times] = formOf('delay').settings;
    assert.deepEqual(formOf('delay').settings[0], {
      ...{ name: 'ms', label: 'Delay in milliseconds', value: '2000' },
      ...{ isNumber: true, isOptional: false, min: 1, max: 600_000 },
    });
    assert.deepEqual(direction?.choices, { to: 'to the account', from: 'from the account', both: 'both ways' });
    assert.deepEqual([times?.isOptional, times?.value, times?.min], [true, '', 1]);
    assert.deepEqual(formOf('error-ack').settings[1]?.choices, {
      ...{ '': 'anybody', pn: 'people by phone number', lid: 'people by LID' },
    });
    assert.ok(formOf('no-hello').isForAnyone && !formOf('mute').isForAnyone);
  });
});
