/** What the environment says; the only place that reads it. */
export const isProduction = (): boolean => process.env.NODE_ENV === 'production'
