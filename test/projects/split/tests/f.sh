# takes 1 s
# Fails at first where the repository asks for it.
[ ! -e fails ] || [ "$CIRCLE_JOB" != timed ] || [ "$SLUICE_ATTEMPT" -gt 1 ]
