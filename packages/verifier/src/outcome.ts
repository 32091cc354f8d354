import type { Code, Rejection } from './rejections.ts'

/** What a stage answers: a value, or a refusal that names its code. Bugs are thrown, refusals are returned. */
export type Outcome<T, C extends Code = Code> = { readonly ok: true; readonly value: T } | Refused<C>

export type Refused<C extends Code = Code> = { readonly ok: false; readonly rejection: Rejection<C> }

export const accept = <T>(value: T): { readonly ok: true; readonly value: T } => ({ ok: true, value })

export const refuse = <C extends Code>(rejection: Rejection<C>): Refused<C> => ({ ok: false, rejection })
