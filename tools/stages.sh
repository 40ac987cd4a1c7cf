# shellcheck shell=bash
# For the scripts of this folder, by `source`: stages with a line each on the terminal, logs under build/logs, builds.

repo=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
logs=$repo/build/logs

say() { printf '%s\n' "$*"; }

fail() {
  printf '%s\n' "$*" >&2
  exit 1
}

# Shows the seconds after the stage's title until it is killed.
tick() {
  local title=$1
  while sleep 1; do printf '\r%s ... %s s' "$title" "$((SECONDS))"; done
}

# run_stage TITLE LOG COMMAND...: one line on the terminal, the command's output in build/logs/LOG.
# Ends the script with the log's end if the command fails.
run_stage() {
  local title=$1 log=$logs/$2 ticker='' status=0
  shift 2
  mkdir -p "$logs"
  SECONDS=0
  printf '%s ...' "$title"
  if [[ -t 1 ]]; then
    tick "$title" &
    ticker=$!
  fi
  "$@" >"$log" 2>&1 </dev/null || status=$?
  if [[ -n $ticker ]]; then
    kill "$ticker"
    wait "$ticker" 2>/dev/null || true
    printf '\r%s ...' "$title"
  fi
  if ((status != 0)); then
    printf ' failed after %s s\n' "$SECONDS"
    tail -n 40 "$log" >&2
    fail "$title failed; all of its output is in $log."
  fi
  printf ' done in %s s\n' "$SECONDS"
}

# A tenth of ninja's lines of progress, for output that is not a terminal; everything else is printed as it is.
thin_out() {
  awk '
    match($0, /^\[[0-9]+\/[0-9]+\]/) {
      split(substr($0, 2, RLENGTH - 2), step, "/")
      if (int(step[1] * 10 / step[2]) > shown) { shown = int(step[1] * 10 / step[2]); print; fflush() }
      next
    }
    { print; fflush() }'
}

# build PRESET [CMAKE ARGUMENT...]: configures if needed and builds; ninja's progress on one line of a terminal.
build() {
  local preset=$1 status=0
  shift
  if (($# > 0)) || [[ ! -f $repo/build/$preset/build.ninja ]]; then
    run_stage "configuring the $preset build" "configure-$preset.log" cmake -S "$repo" --preset "$preset" "$@"
  fi
  # So that a clone in another folder finds what ccache has of this one.
  export CCACHE_BASEDIR=$repo CCACHE_NOHASHDIR=1
  SECONDS=0
  if [[ -t 1 ]]; then
    (cd "$repo" && cmake --build --preset "$preset") || status=$?
  else
    (cd "$repo" && cmake --build --preset "$preset") | thin_out || status=$?
  fi
  ((status == 0)) || fail "The $preset build failed; the reason is above."
  say "$preset build: done in $SECONDS s"
}
