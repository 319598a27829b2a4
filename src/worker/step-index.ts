/** Steps of ours that stand before those of the config: the environment, and its variables. */
const pseudoSteps = 2

/** Number of the step that tells about the variables; that of the environment is 0. */
export const variablesIndex = 1

/** The number of a step of the config in its task, from its place in the config. */
export const indexOf = (position: number): number => position + pseudoSteps

export const positionOf = (index: number): number => index - pseudoSteps
