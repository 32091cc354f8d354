import { Connection, type Reply } from './connection.ts'

/** What the load asks for, again and again. */
export interface Target {
  readonly name: string
  readonly url: string
  readonly token: string
}

export interface Answer extends Reply {
  readonly lane: number
  readonly target: string
}

export interface Lanes {
  /** Answers since the last call. */
  take(): Answer[]
  readonly ports: readonly number[]
  stop(): Promise<void>
}

/** Several clients that each send one request after the other over a connection of their own, all the targets in turn. */
export function startLanes(count: number, targets: readonly Target[]): Lanes {
  let isRunning = true
  let answers: Answer[] = []
  const connections = Array.from({ length: count }, () => new Connection())
  const running = connections.map(async (connection, lane) => {
    for (let turn = lane; isRunning; turn++) {
      const target = targets[turn % targets.length]
      if (target === undefined) throw new Error('nothing to ask for')
      answers.push({ lane, target: target.name, ...(await connection.ask(target.url, target.token)) })
      await new Promise(resolve => setTimeout(resolve, 10))
    }
    connection.close()
  })
  return {
    take() {
      const taken = answers
      answers = []
      return taken
    },
    get ports() {
      return connections.map(({ port }) => port)
    },
    async stop() {
      isRunning = false
      await Promise.all(running)
    },
  }
}
