/** `circleci/continuation`: the same commands, job and parameters, done by a step of the worker. */
export const continuation = `version: 2.1
description: Continues the pipeline of a setup config. Built into Sluice, so it needs no network and no tools.
executors:
  default:
    parameters:
      tag:
        type: string
        default: current
        description: Which cimg/base image, where an executor has images.
    docker:
      - image: cimg/base:<< parameters.tag >>
commands:
  continue:
    description: Continues the pipeline with a config that lies in the job's files.
    parameters: &continue
      configuration_path:
        type: string
        description: Where the config lies.
      parameters:
        type: string
        default: "{}"
        description: Pipeline parameters as a JSON object, or the path of a file that holds one.
      circleci_domain:
        type: string
        default: circleci.com
        description: Without effect; the pipeline is one of this Sluice.
      files_changed:
        type: string
        default: ""
        description: A file of lines, for parameter_for_files_changed.
      parameter_for_files_changed:
        type: string
        default: ""
        description: A pipeline parameter that gets the lines of files_changed; empty for none.
    steps:
      - continue_pipeline:
          name: Continue the pipeline
          configuration_path: << parameters.configuration_path >>
          parameters: << parameters.parameters >>
          made_of: ""
          lines_path: << parameters.files_changed >>
          lines_parameter: << parameters.parameter_for_files_changed >>
          finish: false
  finish:
    description: Closes the pipeline, so that nothing can continue it.
    parameters:
      circleci_domain:
        type: string
        default: circleci.com
        description: Without effect; the pipeline is one of this Sluice.
    steps:
      - continue_pipeline:
          name: Finish the pipeline
          configuration_path: ""
          parameters: "{}"
          made_of: ""
          lines_path: ""
          lines_parameter: ""
          finish: true
jobs:
  continue:
    description: Continues the pipeline with a config of the repository or the workspace.
    parameters:
      <<: *continue
      checkout:
        type: boolean
        default: true
        description: Check out the repository first.
      workspace_path:
        type: string
        default: ""
        description: Where to attach the workspace; empty for nowhere.
      resource_class:
        type: string
        default: small
        description: How large the job's machine is.
      circleci_ip_ranges:
        type: boolean
        default: false
        description: Without effect.
      executor:
        type: executor
        default: default
        description: Where the job runs.
      tag:
        type: string
        default: ""
        description: Without effect; earlier versions chose an image with it.
    executor: << parameters.executor >>
    resource_class: << parameters.resource_class >>
    steps:
      - when:
          condition: << parameters.checkout >>
          steps:
            - checkout
      - when:
          condition: << parameters.workspace_path >>
          steps:
            - attach_workspace:
                at: << parameters.workspace_path >>
      - continue:
          configuration_path: << parameters.configuration_path >>
          parameters: << parameters.parameters >>
          files_changed: << parameters.files_changed >>
          parameter_for_files_changed: << parameters.parameter_for_files_changed >>
`
