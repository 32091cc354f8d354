/** One timer that changes its purpose as an exchange goes on. */
export interface Deadline {
  /** Replaces what was armed. Seconds; 0 never fires. */
  arm(seconds: number, onLate: () => void): void
  /** Starts the time anew. */
  refresh(): void
  clear(): void
}

export function createDeadline(): Deadline {
  let timer: NodeJS.Timeout | undefined
  return {
    arm(seconds, onLate) {
      clearTimeout(timer)
      timer = seconds > 0 ? setTimeout(onLate, seconds * 1000) : undefined
    },
    refresh: () => timer?.refresh(),
    clear: () => clearTimeout(timer),
  }
}
