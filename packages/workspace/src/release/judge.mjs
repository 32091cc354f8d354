import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { readJson } from '../repository.mjs'
import { run } from '../run.mjs'
import { listPublished } from './published.mjs'

/** @typedef {Readonly<Record<string, string | undefined>>} Environment */

/** Why this checkout is no release yet. @param {string} root @returns {Promise<string[]>} */
export async function judgeCheckout(root) {
  /** @type {string} */
  const version = readJson(join(root, 'package.json')).version ?? ''
  const published = listPublished(root)
  const { code, output } = await run('git', ['status', '--porcelain'], { cwd: root })
  const changes = output.split('\n').filter(line => line !== '').length
  return [
    ...(code === 0 ? [] : ['this is no checkout of git']),
    ...(code === 0 && changes > 0 ? [`${changes} files are not as they were committed`] : []),
    ...published
      .filter(({ manifest }) => manifest.version !== version)
      .map(({ folder, manifest }) => `${folder} has the version ${manifest.version}, the root ${version}`),
    ...(isDescribed(readFileSync(join(root, 'CHANGELOG.md'), 'utf8'), version)
      ? []
      : [`CHANGELOG.md says nothing under \`## [${version}] - YYYY-MM-DD\``]),
    // The registry compares it with the place that the provenance names.
    ...published
      .filter(({ manifest }) => !manifest.repository?.url)
      .map(({ folder }) => `${folder} names no repository`),
  ]
}

/** Whether a version has a dated section with something in it. @param {string} changelog @param {string} version */
function isDescribed(changelog, version) {
  const section = changelog
    .split(/^## /m)
    .find(text => text.startsWith(`[${version}] - `) && /^\S+ - \d{4}-\d\d-\d\d\s/.test(text))
  return section !== undefined && /^- /m.test(section)
}

/**
 * Why nothing may be published from here: only a run of CI has an identity that provenance can name, and only a tag says which commit is meant.
 * @param {string} root
 * @param {Environment} environment
 * @returns {Promise<string[]>}
 */
export async function judgePublisher(root, environment) {
  const tag = `v${readJson(join(root, 'package.json')).version}`
  const { output } = await run('git', ['tag', '--points-at', 'HEAD'], { cwd: root })
  // GitHub gives a run the address to ask for its token, GitLab the token itself (npm's documentation of provenance).
  const hasIdentity = Boolean(environment.ACTIONS_ID_TOKEN_REQUEST_URL || environment.SIGSTORE_ID_TOKEN)
  return [
    ...(environment.CI ? [] : ['this is no run of CI']),
    ...(hasIdentity ? [] : ['this run has no permission for an identity token (`id-token: write`)']),
    ...(output.split('\n').includes(tag) ? [] : [`the commit has no tag ${tag}`]),
  ]
}
