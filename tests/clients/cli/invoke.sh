# The types of invocation, the log's tail, the client context, a function's error.
source "$(dirname "$0")/_start.sh"

create caller
is 'dry run' "$(lambda invoke --function-name caller --invocation-type DryRun --query StatusCode answer)" 204
is event "$(lambda invoke --function-name caller --invocation-type Event --query StatusCode answer)" 202
is 'event answers nothing' "$(cat answer)" ''

tail=$(lambda invoke --function-name caller --log-type Tail --query LogResult answer | base64 -d)
has 'START line' "$tail" "START RequestId: "
has 'printed line' "$tail" 'first code got'
has 'END line' "$tail" 'END RequestId: '
has 'REPORT line' "$tail" 'Billed Duration: '

context=$(printf '{"custom":{"from":"cli"}}' | base64 -w0)
lambda invoke --function-name caller --client-context "$context" answer > /dev/null
has 'client context' "$(cat answer)" '"from":"cli"'

lambda create-function --function-name failing --runtime python3.11 --handler app.handler --role "$role" --zip-file fileb://python.zip > /dev/null
lambda wait function-active-v2 --function-name failing
is 'function error' \
  "$(lambda invoke --function-name failing --cli-binary-format raw-in-base64-out --payload '{"fail":true}' --query FunctionError answer)" Unhandled
has 'error type' "$(cat answer)" '"errorType": "ValueError"'
has 'error message' "$(cat answer)" '"errorMessage": "as asked"'
refused 'a payload that is not JSON' InvalidRequestContentException \
  lambda invoke --function-name caller --cli-binary-format raw-in-base64-out --payload '{"half' answer
