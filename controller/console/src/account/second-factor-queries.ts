import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { FactorEnd, FactorSecret, RecoveryCodes, SecondFactorView } from '@branchline/shared';
import { request } from '../api/request.ts';

const key = ['second-factor'];

export function useSecondFactor() {
  return useQuery({
    queryKey: key,
    queryFn: ({ signal }) => request<SecondFactorView>('GET', '/session/totp', undefined, signal),
    refetchInterval: 30_000,
  });
}

export function useBeginEnrolment() {
  return useMutation({
    mutationFn: (password: string) => request<FactorSecret>('POST', '/session/totp', { password }),
  });
}

export function useConfirmEnrolment() {
  return useMutation({
    mutationFn: (code: string) => request<RecoveryCodes>('POST', '/session/totp/confirm', { code }),
  });
}

export function useEndSecondFactor() {
  const again = useRenewSecondFactor();
  return useMutation({
    mutationFn: (proof: FactorEnd) => request('POST', '/session/totp/disable', proof),
    onSuccess: again,
  });
}

/** Asks anew whatever shows who has an app. */
export function useRenewSecondFactor(): () => Promise<void> {
  const client = useQueryClient();
  return async () => {
    await Promise.all([
      client.invalidateQueries({ queryKey: key }),
      client.invalidateQueries({ queryKey: ['users'] }),
    ]);
  };
}
