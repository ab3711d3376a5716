# Sourced by the scripts: the CLI, an assertion, a role.
set -euo pipefail

lambda() { /usr/bin/aws --endpoint-url "$AWS_ENDPOINT_URL" --output text lambda "$@"; }
logs() { /usr/bin/aws --endpoint-url "$AWS_ENDPOINT_URL" --output text logs "$@"; }
sts() { /usr/bin/aws --endpoint-url "$AWS_ENDPOINT_URL" --output text sts "$@"; }

# is WHAT ACTUAL EXPECTED
is() {
  [[ "$2" == "$3" ]] || { echo "$1: got '$2', expected '$3'"; exit 1; }
}

# has WHAT ACTUAL PART
has() {
  [[ "$2" == *"$3"* ]] || { echo "$1: '$3' is not in: $2"; exit 1; }
}

# refused WHAT ERROR COMMAND…
refused() {
  local what=$1 error=$2 output
  shift 2
  if output=$("$@" 2>&1); then echo "$what: was not refused: $output"; exit 1; fi
  has "$what" "$output" "$error"
}

role="arn:aws:iam::$AWS_ACCESS_KEY_ID:role/any"

# create NAME [OPTIONS…]: from node.zip, active on return
create() {
  local name=$1
  shift
  lambda create-function --function-name "$name" --runtime nodejs20.x --handler index.handler --role "$role" \
    --zip-file fileb://node.zip "$@" > /dev/null || return
  lambda wait function-active-v2 --function-name "$name"
}
