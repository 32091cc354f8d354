import { execFile } from 'node:child_process'
import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { CONTENDERS } from './contenders.ts'
import { type BenchIssuer, startIssuer } from './issuer.ts'
import { freePort, pin, serve } from './process.ts'
import { upstreamCommand } from './upstream.ts'

/** What is measured of the gateway alone. */
export interface SinglePlan {
  readonly rounds: number
  readonly seconds: number
  readonly fromSource: boolean
  readonly say: (line: string) => void
}

/** The gateway on core 0, between an issuer and an upstream. */
export interface Single {
  readonly port: number
  readonly url: string
  readonly issuer: BenchIssuer
  readonly folder: string
}

/** A folder that is gone afterwards. Others may look into it: servers that begin as root do not stay it. */
export async function withFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-bench-'))
  await chmod(folder, 0o755)
  try {
    return await use(folder)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

export const withGateway = <T>({ fromSource }: SinglePlan, use: (single: Single) => Promise<T>): Promise<T> =>
  withFolder(async folder => {
    const issuer = await startIssuer()
    const [upstreamPort, port] = [await freePort(), await freePort()]
    const upstream = `http://127.0.0.1:${upstreamPort}`
    const own = join(folder, 'upstream')
    await mkdir(own)
    const back = await serve(await upstreamCommand(upstreamPort, own), upstream, 1)
    try {
      const [gatehouse] = CONTENDERS
      if (gatehouse === undefined) throw new Error('there is no gateway among the contenders')
      const setting = { issuer: issuer.issuer, publicKey: issuer.publicKey, upstream, port, folder, fromSource }
      const url = `http://127.0.0.1:${port}`
      const served = await serve(await gatehouse.command(setting), `${url}/public/7`, 0)
      try {
        return await use({ port, url, issuer, folder })
      } finally {
        await served.stop()
      }
    } finally {
      await back.stop()
      issuer.close()
    }
  })

/** What a script of the contenders' folder prints, which runs in a process of its own on the second core. */
export async function ask<T>(script: string, ...args: readonly string[]): Promise<T> {
  const path = fileURLToPath(new URL(`../contenders/${script}`, import.meta.url))
  const [file = '', ...rest] = [...pin(1), process.execPath, path, ...args]
  const { stdout } = await promisify(execFile)(file, rest)
  return JSON.parse(stdout) as T
}
