/**
 * `circleci/path-filtering`: the same commands, job, parameters and defaults (also those below /tmp, which configs
 * may name), done by steps of the worker and git.
 */
export const pathFiltering = `version: 2.1
description: Continues a pipeline by the paths of the changed files. Built into Sluice; a job needs git, and no network.
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
  set-parameters:
    description: Writes the parameters that the mapping makes of the changed files.
    parameters: &set-parameters
      base-revision:
        type: string
        default: main
        description: What the commit is compared with.
      mapping:
        type: string
        default: ""
        description: Lines of PATTERN PARAMETER VALUE CONFIG, or a file that holds them. A later line goes before an earlier one.
      exclude:
        type: string
        default: ""
        description: Patterns of files that do not count, one a line, or a file that holds them.
      output-path:
        type: string
        default: /tmp/pipeline-parameters.json
        description: Where the parameters are written.
      config-path:
        type: string
        default: .circleci/continue_config.yml
        description: The config when no line of the mapping that matches names one.
      same-base-run:
        type: boolean
        default: true
        description: On the base revision itself, compare with the commit before; else nothing has changed.
    steps:
      - filter_paths:
          name: Set parameters by changed paths
          base_revision: << parameters.base-revision >>
          mapping: << parameters.mapping >>
          exclude: << parameters.exclude >>
          output_path: << parameters.output-path >>
          config_path: << parameters.config-path >>
          same_base_run: << parameters.same-base-run >>
  generate-config:
    description: Makes one config of those that a file lists.
    parameters:
      config-list-path:
        type: string
        default: /tmp/filtered-config-list
        description: A file with the path of a config on each line.
      generated-config-path:
        type: string
        default: /tmp/generated-config.yml
        description: Where the config is written.
    steps:
      - combine_configs:
          name: Generate config
          list_path: << parameters.config-list-path >>
          output_path: << parameters.generated-config-path >>
jobs:
  filter:
    description: Continues the pipeline with parameters and a config that depend on what was changed.
    parameters:
      <<: *set-parameters
      circleci_domain:
        type: string
        default: circleci.com
        description: Without effect; the pipeline is one of this Sluice.
      workspace_path:
        type: string
        default: ""
        description: Where to attach the workspace; empty for nowhere.
      resource_class:
        type: string
        default: small
        description: How large the job's machine is.
      executor:
        type: executor
        default: default
        description: Where the job runs.
      circleci_ip_ranges:
        type: boolean
        default: false
        description: Without effect.
      checkout:
        type: boolean
        default: true
        description: Check out the repository first.
      checkout_method:
        type: enum
        enum: [full, blobless]
        default: full
        description: How to check out.
      debug:
        type: boolean
        default: false
        description: Write the parameters and the config, and do not continue.
      parameter_for_files_changed:
        type: string
        default: ""
        description: A pipeline parameter that gets the changed files, one a line; empty for none.
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
            - checkout:
                method: << parameters.checkout_method >>
      - when:
          condition: << parameters.workspace_path >>
          steps:
            - attach_workspace:
                at: << parameters.workspace_path >>
      - set-parameters:
          base-revision: << parameters.base-revision >>
          mapping: << parameters.mapping >>
          exclude: << parameters.exclude >>
          output-path: << parameters.output-path >>
          config-path: << parameters.config-path >>
          same-base-run: << parameters.same-base-run >>
      - generate-config
      - unless:
          condition: << parameters.debug >>
          steps:
            - continue_pipeline:
                name: Continue the pipeline
                configuration_path: /tmp/generated-config.yml
                parameters: << parameters.output-path >>
                made_of: /tmp/filtered-config-list
                lines_path: /tmp/files-changed-list
                lines_parameter: << parameters.parameter_for_files_changed >>
                finish: false
`
