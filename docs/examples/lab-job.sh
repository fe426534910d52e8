#!/bin/sh
# Runs LiftLab's jobs on the machine on which it is called, for the launcher kind "command":
#   lab-job.sh submit NAME FOLDER LOG COMMAND...   starts a job and prints its handle
#   lab-job.sh look HANDLE...                      prints "HANDLE STATE" of each: running, done, failed (with exit=CODE), gone
#   lab-job.sh cancel HANDLE                       asks it to save and end; a second call kills it
#   lab-job.sh find NAME FOLDER                    prints the handle of the living job of this name and folder, or nothing
# Needs setsid and /proc (Linux). One folder per job in $LAB_JOBS, or ~/.lab-jobs.
set -eu
jobs=${LAB_JOBS:-$HOME/.lab-jobs}

# Start time of a process: a number that the system used again has another.
born() { sed 's/.*) //' "/proc/$1/stat" 2>/dev/null | cut -d' ' -f20; }

lives() { # JOB
  [ -s "$jobs/$1/worker" ] || { [ -d "$jobs/$1" ] && [ ! -e "$jobs/$1/exit" ] && [ ! -e "$jobs/$1/begun" ]; return; }
  read -r pid time <"$jobs/$1/worker"
  [ -n "$time" ] && [ "$(born "$pid")" = "$time" ] && ! grep -q '^State:.Z' "/proc/$pid/status"
}

state() { # JOB
  case $1 in */* | .* | "") echo gone; return ;; esac
  if [ -s "$jobs/$1/exit" ]; then
    code=$(cat "$jobs/$1/exit")
    if [ "$code" = 0 ]; then echo done exit=0; else echo "failed exit=$code"; fi
  elif lives "$1"; then echo running
  else
    sleep 0.2 # the code is written just after the end
    if [ -s "$jobs/$1/exit" ]; then state "$1"; else echo gone; fi
  fi
}

verb=$1
shift
case $verb in
submit)
  name=$1 folder=$2 log=$3
  shift 3
  mkdir -p "$jobs"
  job=$(mktemp -d "$jobs/$name.XXXXXX")
  printf '%s' "$folder" >"$job/folder"
  cd "$folder"
  setsid sh -c '
    job=$1 log=$2; shift 2
    "$@" </dev/null >>"$log" 2>&1 &
    time=$(sed "s/.*) //" "/proc/$!/stat" | cut -d" " -f20)
    echo "$! $time" >"$job/new" && mv "$job/new" "$job/worker"; : >"$job/begun"
    code=0; wait $! || code=$?
    echo $code >"$job/new" && mv "$job/new" "$job/exit"' sh "$job" "$log" "$@" </dev/null >/dev/null 2>&1 &
  basename "$job"
  ;;
look)
  for job; do echo "$job $(state "$job")"; done
  ;;
cancel)
  case $1 in */* | .* | "") exit 0 ;; esac
  tries=0 # the worker of a job that was just submitted
  while [ -d "$jobs/$1" ] && [ ! -e "$jobs/$1/begun" ] && [ $tries -lt 50 ]; do sleep 0.1; tries=$((tries + 1)); done
  if [ -s "$jobs/$1/worker" ] && lives "$1"; then
    read -r pid time <"$jobs/$1/worker"
    if [ -e "$jobs/$1/cancelled" ]; then kill -KILL "$pid"; else kill -TERM "$pid"; fi
    : >"$jobs/$1/cancelled"
  fi
  ;;
find)
  for job in "$jobs/$1".??????; do
    [ -d "$job" ] && [ "$(cat "$job/folder")" = "$2" ] || continue
    job=$(basename "$job")
    case $(state "$job") in running) echo "$job"; break ;; esac
  done
  ;;
*)
  echo "lab-job.sh: unknown verb $verb" >&2
  exit 2
  ;;
esac
