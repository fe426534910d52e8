set -e
field() { sed -n "s/.*\"$1\" *: *\"\([^\"]*\)\".*/\1/p" | head -1; }
ask() { curl -sS --fail-with-body -H "Authorization: Bearer $LIFTLAB_KEY" "$@"; }

file=$(ask $ADDRESS/files -F purpose=fine-tune -F file=@train.jsonl | tr ',' '\n' | field id)
job=$(ask $ADDRESS/fine_tuning/jobs -H "Content-Type: application/json" \
  -d "{\"model\": \"$MODEL\", \"training_file\": \"$file\"}" | tr ',' '\n' | field id)
state=queued
until [ "$state" = succeeded ]; do
  sleep 1
  ask $ADDRESS/fine_tuning/jobs/$job > job.json
  state=$(tr ',' '\n' < job.json | field status)
  echo "$state"
  case "$state" in failed | cancelled) exit 1 ;; esac
done
model=$(tr ',' '\n' < job.json | field fine_tuned_model)

ask $ADDRESS/completions -H "Content-Type: application/json" -d "{\"model\": \"$model\", \"max_tokens\": 8,
  \"prompt\": \"The petal length is 1.4. What is the species? ###\", \"temperature\": 0, \"stop\": \"@@@\"}"
