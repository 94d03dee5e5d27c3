/**
 * How a server says no. `others` are ways of runtimes that are not ours: where one of them is met, the suite names it
 * and goes on.
 */
export interface Answer {
  readonly status: number;
  /** The `error` of the answer. */
  readonly error: string | RegExp;
  readonly others?: readonly Other[];
}

export interface Other {
  /** Who answers so. */
  readonly of: string;
  /** 0 for a connection that was closed without an answer; absent for any but 200. */
  readonly status?: number;
  readonly body: RegExp;
}

const noCodeText =
  /Missing main\/no code to execute\.|The action failed to generate or locate a binary\./;
const onlyOnceText = /Cannot initialize the action more than once\./;
const badResultText = /The action did not return a dictionary( or array)?\./;
/** Apache's suite, which asks for the text. */
const anyStatus = 'the action interface allows: any status but 200';
const skeleton = 'dockerskeleton does, whose stub stands in';

export const noCode: Answer = {
  status: 403,
  error: 'Missing main/no code to execute.',
  others: [
    { of: 'the java and dotnet runtimes do', status: 502, body: noCodeText },
    { of: 'the ruby 2.5 runtime does', status: 500, body: noCodeText },
    { of: skeleton, status: 200, body: /./ },
    { of: 'the Go proxy does', status: 400, body: /unmarshaling/ },
    { of: anyStatus, body: noCodeText },
  ],
};

export const onlyOnce: Answer = {
  status: 403,
  error: 'Cannot initialize the action more than once.',
  others: [
    { of: 'the java, dotnet and ballerina runtimes do', status: 502, body: onlyOnceText },
    { of: anyStatus, body: onlyOnceText },
  ],
};

export const notInitialised: Answer = {
  status: 500,
  error: 'no action defined yet',
  others: [
    { of: 'the nodejs runtime does', status: 403, body: /System not initialized\./ },
    { of: 'the nodejs runtime does', status: 500, body: /Bad request\./ },
    {
      of: 'the java and dotnet runtimes do',
      status: 502,
      body: /Cannot invoke an uninitialized action\./,
    },
    { of: skeleton, status: 200, body: /This is a stub action/ },
    { of: 'the action interface allows: any error', body: /"error"/ },
  ],
};

export const badResult: Answer = {
  status: 502,
  error: 'The action did not return a dictionary or array.',
  others: [
    { of: 'runtimes from before arrays do', status: 502, body: badResultText },
    { of: anyStatus, body: badResultText },
  ],
};

export const badValue: Answer = {
  status: 404,
  error: 'The action did not receive a dictionary or array as an argument.',
  others: [
    { of: 'the nodejs runtime does', status: 403, body: /must be a dictionary but has type/ },
    { of: 'the nodejs runtime does, which is then stuck', status: 403, body: /System not ready/ },
    { of: 'the Go proxy does, which leaves it to the action', status: 200, body: /./ },
    { of: 'the Go proxy does, which leaves it to the action', status: 502, body: badResultText },
  ],
};

export const commandExited: Answer = {
  status: 400,
  error: /^command exited/,
  others: [
    {
      of: 'the nodejs runtime does, which ends with its action',
      status: 0,
      body: /hang up|ECONNRESET/,
    },
    { of: 'the action interface allows: any error', body: /"error"/ },
  ],
};

/** What is no JSON, or JSON of another form. */
export function badRequest(error: RegExp): Answer {
  return {
    status: 400,
    error,
    others: [
      {
        of: 'the Go proxy does',
        status: 400,
        body: /unmarshaling|cannot decode|no code to execute/,
      },
      { of: 'the nodejs runtime does', status: 500, body: /Bad request\./ },
      { of: 'the nodejs runtime does', status: 403, body: /Missing main\/no code/ },
    ],
  };
}

/**
 * Code that can't be started.
 * @param error what the client is told
 * @param isRunAnew whether code is started for each activation, and init may take what is then seen to be wrong
 */
export function failedInit(error: RegExp, isRunAnew: boolean): Answer {
  const untried = { of: 'dockerskeleton does, which starts nothing yet', status: 200, body: /./ };
  return {
    status: 502,
    error,
    others: [
      ...(isRunAnew ? [untried] : []),
      { of: 'the nodejs runtime does', status: 502, body: /Initialization has failed due to/ },
      {
        of: 'runtimes do that tell the logs',
        status: 502,
        body: /(Check|See) logs for details\./,
      },
      { of: 'the Go proxy does', status: 502, body: /^\{"error":/ },
      { of: 'the action interface allows: any status but 200', body: /"error"/ },
    ],
  };
}
