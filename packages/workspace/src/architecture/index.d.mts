/**
 * What breaks the laws of the architecture in one package, as `file:line: what is wrong`.
 * @param folder of the package
 */
export declare function findViolations(folder: string): string[]
