# What a function printed, by aws logs.
source "$(dirname "$0")/_start.sh"

create talker
lambda invoke --function-name talker --cli-binary-format raw-in-base64-out --payload '{"word":"marmalade"}' answer > /dev/null
group=/aws/lambda/talker

# Log lines are readable a moment after the answer.
for _ in $(seq 50); do
  found=$(logs filter-log-events --log-group-name $group --filter-pattern marmalade --query 'events[].message' 2>/dev/null || true)
  [[ -n "$found" && "$found" != None ]] && break
  sleep 0.1
done
has 'filtered event' "$found" 'first code got'

is group "$(logs describe-log-groups --log-group-name-prefix $group --query 'logGroups[0].logGroupName')" $group
stream=$(logs describe-log-streams --log-group-name $group --query 'logStreams[0].logStreamName')
has 'stream name' "$stream" '[$LATEST]'
all=$(logs get-log-events --log-group-name $group --log-stream-name "$stream" --start-from-head --query 'events[].message')
for part in INIT_START 'START RequestId' 'END RequestId' 'REPORT RequestId' 'Init Duration' 'Max Memory Used'; do has 'log' "$all" "$part"; done

logs put-retention-policy --log-group-name $group --retention-in-days 7
is retention "$(logs describe-log-groups --log-group-name-prefix $group --query 'logGroups[0].retentionInDays')" 7
logs create-log-group --log-group-name /mine
logs create-log-stream --log-group-name /mine --log-stream-name one
is 'own stream' "$(logs describe-log-streams --log-group-name /mine --query 'logStreams[].logStreamName')" one
refused 'the group again' ResourceAlreadyExistsException logs create-log-group --log-group-name /mine
logs delete-log-stream --log-group-name /mine --log-stream-name one
logs delete-log-group --log-group-name /mine
refused 'a deleted group' ResourceNotFoundException logs describe-log-streams --log-group-name /mine
logs tail $group --since 1h | grep marmalade > /dev/null || { echo 'aws logs tail did not show the line'; exit 1; }
