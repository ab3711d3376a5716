# The examples of the aws CLI's own reference (aws lambda COMMAND help), of every operation that is served: the same commands with this
# account's ARNs, and the members that the documented output shows.
# https://docs.aws.amazon.com/cli/latest/reference/lambda/
source "$(dirname "$0")/_start.sh"

arn="arn:aws:lambda:us-east-1:$AWS_ACCESS_KEY_ID"
answer=
# shows 'PATH…' COMMAND OPTIONS…: the answer has every member of the documented one; keeps it in $answer
shows() {
  local paths=$1
  shift
  answer=$(/usr/bin/aws --endpoint-url "$AWS_ENDPOINT_URL" --output json lambda "$@") || { echo "$1 failed"; exit 1; }
  /usr/bin/python3 -c '
import json, sys
answer = json.loads(sys.argv[1] or "{}")
for path in sys.argv[2].split():
    value = answer
    for name in path.split("."):
        value = json.loads(value) if isinstance(value, str) else value
        value = value[int(name)] if name.isdigit() else value.get(name)
        if value is None:
            sys.exit(f"{path} is not in the answer of {sys.argv[3]}: {answer}")
' "$answer" "$paths" "$1"
}

function='FunctionName FunctionArn Runtime Role Handler CodeSize Description Timeout LastModified CodeSha256 Version TracingConfig.Mode RevisionId MemorySize'
layer='Content.Location Content.CodeSha256 Content.CodeSize LayerArn LayerVersionArn Description CreatedDate Version LicenseInfo CompatibleRuntimes.0'
alias='AliasArn Name FunctionVersion RevisionId Description'
settings='LastModified FunctionArn MaximumRetryAttempts MaximumEventAgeInSeconds'
statement='Sid Effect Action Resource'

# To create a Lambda function, to invoke it, to retrieve and change it
cp node.zip my-function.zip
shows "$function" create-function --function-name my-function --runtime nodejs22.x --zip-file fileb://my-function.zip \
  --handler index.handler --role "arn:aws:iam::$AWS_ACCESS_KEY_ID:role/service-role/MyTestFunction-role-tges6bf4"
lambda wait function-active-v2 --function-name my-function
shows 'ExecutedVersion StatusCode' invoke --function-name my-function --cli-binary-format raw-in-base64-out --payload '{ "name": "Bob" }' response.json
has 'the payload' "$(cat response.json)" Bob
shows 'StatusCode' invoke --function-name my-function --invocation-type Event --cli-binary-format raw-in-base64-out --payload '{ "name": "Bob" }' response.json
shows "$function" update-function-configuration --function-name my-function --memory-size 256
lambda wait function-updated-v2 --function-name my-function
shows "$function" update-function-code --function-name my-function --zip-file fileb://my-function.zip
lambda wait function-updated-v2 --function-name my-function
for number in 1 2 3; do
  shows "$function" publish-version --function-name my-function
  is 'the published version' "$(lambda get-function-configuration --function-name "my-function:$number" --query Version)" "$number"
  lambda update-function-configuration --function-name my-function --description "number $number" > /dev/null
  lambda wait function-updated-v2 --function-name my-function
done
shows "$function" get-function-configuration --function-name my-function:2
shows "Versions.0.${function// / Versions.1.}" list-versions-by-function --function-name my-function
shows "Functions.0.${function// / Functions.0.}" list-functions

# Aliases
shows "$alias" create-alias --function-name my-function --description "alias for live version of function" --function-version 1 --name LIVE
shows "$alias" get-alias --function-name my-function --name LIVE
shows "$alias" update-alias --function-name my-function --function-version 3 --name LIVE
is 'the alias has moved' "$(lambda get-alias --function-name my-function --name LIVE --query FunctionVersion)" 3
for name in BLUE GREEN; do lambda create-alias --function-name my-function --function-version 1 --name $name > /dev/null; done
shows "Aliases.0.FunctionVersion Aliases.1.AliasArn Aliases.2.Name" list-aliases --function-name my-function
shows '' delete-alias --function-name my-function --name LIVE

# Asynchronous settings; a failure goes to a function, for there are no queues here yet
shows "$settings DestinationConfig" put-function-event-invoke-config --function-name my-function \
  --maximum-event-age-in-seconds 3600 --maximum-retry-attempts 0
shows "$settings" put-function-event-invoke-config --function-name my-function:GREEN --maximum-event-age-in-seconds 1800 --maximum-retry-attempts 2
create failed-invocations
shows "$settings DestinationConfig.OnFailure.Destination" update-function-event-invoke-config --function-name my-function \
  --destination-config "{\"OnFailure\":{\"Destination\": \"$arn:function:failed-invocations\"}}"
shows "$settings DestinationConfig.OnFailure.Destination" get-function-event-invoke-config --function-name my-function
shows "FunctionEventInvokeConfigs.0.FunctionArn FunctionEventInvokeConfigs.1.LastModified" list-function-event-invoke-configs --function-name my-function
shows '' delete-function-event-invoke-config --function-name my-function:GREEN

# Permissions, tags, concurrency, the account
shows "Statement.${statement// / Statement.} Statement.Principal.Service" add-permission --function-name my-function --action lambda:InvokeFunction \
  --statement-id sns --principal sns.amazonaws.com
shows 'Policy.Version Policy.Id Policy.Statement.0.Sid Policy.Statement.0.Principal.Service RevisionId' get-policy --function-name my-function
shows '' remove-permission --function-name my-function --statement-id sns
shows '' tag-resource --resource "$arn:function:my-function" --tags "DEPARTMENT=Department A"
shows 'Tags.DEPARTMENT' list-tags --resource "$arn:function:my-function"
shows '' untag-resource --resource "$arn:function:my-function" --tag-keys DEPARTMENT
shows 'ReservedConcurrentExecutions' put-function-concurrency --function-name my-function --reserved-concurrent-executions 100
shows 'ReservedConcurrentExecutions' get-function-concurrency --function-name my-function
shows "Concurrency.ReservedConcurrentExecutions Code.RepositoryType Code.Location Configuration.${function// / Configuration.}" \
  get-function --function-name my-function
shows '' delete-function-concurrency --function-name my-function
shows 'AccountLimit.CodeSizeUnzipped AccountLimit.UnreservedConcurrentExecutions AccountLimit.ConcurrentExecutions AccountLimit.CodeSizeZipped
  AccountLimit.TotalCodeSize AccountUsage.FunctionCount AccountUsage.TotalCodeSize' get-account-settings

# Layers; from a file, for there is no S3 here
for number in 1 2; do
  shows "$layer" publish-layer-version --layer-name my-layer --description "My Python layer" --license-info MIT --zip-file fileb://python.zip \
    --compatible-runtimes python3.10 python3.11
done
shows "$layer" get-layer-version --layer-name my-layer --version-number 1
shows "$layer" get-layer-version-by-arn --arn "$arn:layer:my-layer:2"
shows 'Layers.0.LayerName Layers.0.LayerArn Layers.0.LatestMatchingVersion.LayerVersionArn Layers.0.LatestMatchingVersion.CompatibleRuntimes.1' \
  list-layers --compatible-runtime python3.11
shows 'LayerVersions.0.LayerVersionArn LayerVersions.1.CreatedDate LayerVersions.0.CompatibleRuntimes.0' list-layer-versions --layer-name my-layer
shows "RevisionId Statement.${statement// / Statement.}" add-layer-version-permission --layer-name my-layer --statement-id xaccount \
  --action lambda:GetLayerVersion --principal 123456789012 --version-number 1
shows "Policy.Version Policy.Id Policy.Statement.0.${statement// / Policy.Statement.0.} RevisionId" \
  get-layer-version-policy --layer-name my-layer --version-number 1
shows '' remove-layer-version-permission --layer-name my-layer --statement-id xaccount --version-number 1
shows '' delete-layer-version --layer-name my-layer --version-number 2

# Runtime management and the old way to send an event, which have no example there
runtime=$(lambda get-function-configuration --function-name my-function --query RuntimeVersionConfig.RuntimeVersionArn)
shows 'UpdateRuntimeOn RuntimeVersionArn FunctionArn' put-runtime-management-config --function-name my-function --update-runtime-on Manual \
  --runtime-version-arn "$runtime"
shows 'UpdateRuntimeOn RuntimeVersionArn' get-runtime-management-config --function-name my-function
shows 'ExecutedVersion' invoke --function-name my-function response.json
refused 'a runtime version that is not here' 'Installed: ' lambda put-runtime-management-config --function-name my-function \
  --update-runtime-on Manual --runtime-version-arn "${runtime%:*}:none-such"
echo '{"name":"Bob"}' > arguments.json
shows 'Status' invoke-async --function-name my-function --invoke-args arguments.json

# What cannot be made here, and so is not there
shows 'EventSourceMappings' list-event-source-mappings --function-name my-function
shows 'CodeSigningConfigs' list-code-signing-configs
refused 'a mapping that is not there' ResourceNotFoundException lambda get-event-source-mapping --uuid a1b2c3d4-5678-90ab-cdef-11111EXAMPLE

# To delete a function by name, by ARN, by partial ARN
shows '' delete-function --function-name my-function:2
for name in my-function failed-invocations "$arn:function:by-arn" "$AWS_ACCESS_KEY_ID:function:by-partial-arn"; do
  [[ $name != *:* ]] || create "${name##*:}"
  shows '' delete-function --function-name "$name"
done
is 'all are gone' "$(lambda list-functions --query 'length(Functions)')" 0
