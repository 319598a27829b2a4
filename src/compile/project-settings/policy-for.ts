import type { ApprovalPolicies, ApprovalPolicy } from '../../model/project-settings.ts'
import { globMatches } from '../shape/pattern.ts'

/** The policy for the approval job of that name: the first whose pattern fits, else the usual one. */
export const policyFor = ({ usual, named }: ApprovalPolicies, job: string): ApprovalPolicy =>
  named.find(({ pattern }) => pattern === job || globMatches(pattern, job))?.policy ?? usual
