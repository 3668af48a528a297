import { readFileSync } from 'node:fs'

const MiB = 1_048_576
/** Linux counts in ticks of 10 ms, whatever the kernel's own tick (proc(5), USER_HZ). */
const tickMs = 10

/** Milliseconds that all threads of a process have computed so far, user and system. Linux only. */
export function cpuMs(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  // The name of the program is in brackets and may hold spaces.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) * tickMs
}

/** Resident memory of a process in MiB. Linux only. */
export function residentMiB(pid: number): number {
  return memoryMiB(pid, 'VmRSS')
}

/** Starts to watch the most resident memory that a process ever takes. */
export function watchPeak(pid: number): { stop(): number } {
  let peak = residentMiB(pid)
  const timer = setInterval(() => {
    peak = Math.max(peak, residentMiB(pid))
  }, 5)
  return {
    stop() {
      clearInterval(timer)
      return peak
    },
  }
}

function memoryMiB(pid: number, name: string): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  const kB = new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1]
  if (kB === undefined) throw new Error(`the system does not say the ${name} of process ${pid}`)
  return (Number(kB) * 1024) / MiB
}
