import { InternalError } from '../../common/request.errors.js';
import {
  BadResultError,
  FunctionMissingError,
  problemOf,
} from '../../remote-service/run.errors.js';
import { WriteStoppedError } from '../../remote-service/writes/write.errors.js';
import { PoolBusyError, PoolClosedError } from '../../sandbox/sandbox.errors.js';
import { weighFailure } from './weigh-failure.js';

const run = { runId: 'run_1', functionName: 'updateRecord' };
const wrote = { ...run, mayHaveWritten: true };

describe('weighFailure', () => {
  it('takes what was refused, or failed before anything was sent, for failed', () => {
    const refused = problemOf(run, { kind: 'thrown', message: 'no', status: 422 });
    expect(weighFailure(refused)).toBe('failed');
    expect(weighFailure(problemOf(run, { kind: 'syntax', message: 'x' }))).toBe('failed');
    const unreachable = { kind: 'remote' as const, code: 'remote.unreachable', message: 'x' };
    expect(weighFailure(problemOf(run, unreachable))).toBe('failed');
    expect(weighFailure(new FunctionMissingError('createRecord', 'none'))).toBe('failed');
  });

  it('can’t say where something may have been written', () => {
    expect(weighFailure(problemOf(wrote, { kind: 'crashed', message: 'x' }))).toBe('unclear');
    expect(weighFailure(problemOf(wrote, { kind: 'cancelled', message: 'x' }))).toBe('unclear');
    const late = { kind: 'limit' as const, code: 'run.time' as const, message: 'late' };
    expect(weighFailure(problemOf(wrote, late))).toBe('unclear');
    expect(weighFailure(new BadResultError(wrote, 'no id'))).toBe('unclear');
    expect(weighFailure(new InternalError(new Error('x')))).toBe('unclear');
  });

  it('knows what was never begun', () => {
    for (const problem of [new PoolBusyError(), new PoolClosedError(), new WriteStoppedError()]) {
      expect(weighFailure(problem)).toBe('unsent');
    }
    expect(weighFailure(problemOf(run, { kind: 'cancelled', message: 'x' }))).toBe('unsent');
  });
});
