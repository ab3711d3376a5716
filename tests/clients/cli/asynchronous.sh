# Asynchronous settings: AWS's own examples for these operations, as they stand in its guide, where Aloft has what they name.
source "$(dirname "$0")/_start.sh"
aws() { /usr/bin/aws --endpoint-url "$AWS_ENDPOINT_URL" --output json "$@"; }

create my-function
create another-function
arn="arn:aws:lambda:us-east-1:$AWS_ACCESS_KEY_ID:function"

aws lambda put-function-event-invoke-config \
    --function-name my-function \
    --maximum-event-age-in-seconds 3600 \
    --maximum-retry-attempts 0 > put.json
has 'put' "$(cat put.json)" "\"FunctionArn\": \"$arn:my-function:\$LATEST\""
has 'put' "$(tr -d ' \n' < put.json)" '"DestinationConfig":{"OnSuccess":{},"OnFailure":{}}'

refused 'a queue' 'SQS queues cannot be destinations' aws lambda update-function-event-invoke-config \
    --function-name my-function \
    --destination-config '{"OnFailure":{"Destination": "arn:aws:sqs:us-east-2:123456789012:destination"}}'
is 'update' "$(lambda update-function-event-invoke-config --function-name my-function \
    --destination-config "{\"OnFailure\":{\"Destination\": \"$arn:another-function\"}}" \
    --query '[MaximumRetryAttempts, MaximumEventAgeInSeconds, DestinationConfig.OnFailure.Destination]')" $'0\t3600\t'"$arn:another-function"

aws lambda list-function-event-invoke-configs \
    --function-name my-function > list.json
has 'list' "$(cat list.json)" "\"FunctionArn\": \"$arn:my-function:\$LATEST\""
is 'get' "$(lambda get-function-event-invoke-config --function-name my-function --query MaximumEventAgeInSeconds)" 3600
refused 'get of no alias' ResourceNotFoundException aws lambda get-function-event-invoke-config \
    --function-name my-function:BLUE
lambda delete-function-event-invoke-config --function-name my-function
refused 'gone' "doesn't have an EventInvokeConfig" lambda get-function-event-invoke-config --function-name my-function
