/** Where the inspector's scripts are, from source and built alike: a build puts this module at the top of its output, so only one at the top of the sources can say. */
export const INSPECTOR_SCRIPTS = new URL('./ui/inspector/browser/', import.meta.url)
