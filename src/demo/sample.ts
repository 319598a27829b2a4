/**
 * The sample repository of `npm run demo`: a graph that fans out and joins, hands a workspace on,
 * filters by branch, waits for an approval, and has a job that fails the first time.
 */
const sampleConfig = `version: 2.1

executors:
  host:
    machine:
      image: default

jobs:
  build:
    executor: host
    steps:
      - checkout
      - run:
          name: Build
          command: |
            mkdir -p dist
            cp *.txt dist/
            echo "built $(ls dist | wc -l) files of $CIRCLE_SHA1" | tee dist/report
      - persist_to_workspace:
          root: .
          paths: [dist]
  lint:
    executor: host
    steps:
      - checkout
      - run: grep -q . *.txt
  test-words:
    executor: host
    steps:
      - attach_workspace:
          at: .
      - run: test "$(cat dist/greeting.txt)" = "Hello, world!"
  test-flaky:
    executor: host
    steps:
      - attach_workspace:
          at: .
      - run:
          name: Fails the first time
          command: |
            if [ "$SLUICE_ATTEMPT" -lt 2 ]; then
              echo "The network had a hiccup. Re-run from failed."
              exit 1
            fi
            echo "It worked this time."
  package:
    executor: host
    steps:
      - attach_workspace:
          at: .
      - run: tar -czf package.tgz dist
      - persist_to_workspace:
          root: .
          paths: [package.tgz]
  publish-docs:
    executor: host
    steps:
      - run: echo "only for the docs branch"
  deploy:
    executor: host
    steps:
      - attach_workspace:
          at: .
      - run: tar -tzf package.tgz

workflows:
  build-and-deploy:
    jobs:
      - build
      - lint
      - test-words:
          requires: [build]
      - test-flaky:
          requires: [build]
      - package:
          requires: [test-words, test-flaky, lint]
      - publish-docs:
          requires: [build]
          filters:
            branches:
              only: docs
      - hold-for-release:
          type: approval
          requires: [package]
      - deploy:
          requires: [hold-for-release]
          filters:
            branches:
              only: main
`

/** Files of the sample repository by path. */
export const sampleFiles: Readonly<Record<string, string>> = {
  '.circleci/config.yml': sampleConfig,
  'greeting.txt': 'Hello, world!\n',
  'farewell.txt': 'Goodbye.\n',
}

/** How every check must end, by name; `sluice` last. */
export const expectedChecks: Readonly<Record<string, string>> = {
  'build-and-deploy / build': 'success',
  'build-and-deploy / lint': 'success',
  'build-and-deploy / test-words': 'success',
  'build-and-deploy / test-flaky': 'success',
  'build-and-deploy / package': 'success',
  'build-and-deploy / hold-for-release': 'success',
  'build-and-deploy / deploy': 'success',
  sluice: 'success',
}
