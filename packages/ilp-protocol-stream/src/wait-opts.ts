/** What waits take. */
export interface WaitOpts {
  /** Gives up: the promise rejects with the signal's reason. */
  signal?: AbortSignal | undefined
}

/** What `sendTotal` takes. */
export interface SendOpts {
  /** Milliseconds; default 60 000. */
  timeout?: number | undefined
  /** Gives up as `timeout` does: nothing more is sent than what is in flight. Rejects with the signal's reason. */
  signal?: AbortSignal | undefined
}

/** What `receiveTotal` takes. */
export interface ReceiveOpts {
  /** Milliseconds; default 60 000. */
  timeout?: number | undefined
  /** Gives up waiting; the limit stays. Rejects with the signal's reason. */
  signal?: AbortSignal | undefined
}
