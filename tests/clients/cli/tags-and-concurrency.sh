# Tags, reserved concurrency, account settings, who is calling.
source "$(dirname "$0")/_start.sh"

is account "$(sts get-caller-identity --query Account)" "$AWS_ACCESS_KEY_ID"

create tagged --tags team=blue
arn=$(lambda get-function-configuration --function-name tagged --query FunctionArn)
is arn "$arn" "arn:aws:lambda:us-east-1:$AWS_ACCESS_KEY_ID:function:tagged"
lambda tag-resource --resource "$arn" --tags stage=test,owner=me
lambda untag-resource --resource "$arn" --tag-keys team
is tags "$(lambda list-tags --resource "$arn" --query 'Tags.[owner, stage, team]')" $'me\ttest\tNone'

is 'account limit' "$(lambda get-account-settings --query AccountLimit.ConcurrentExecutions)" 1000
is 'functions counted' "$(lambda get-account-settings --query AccountUsage.FunctionCount)" 1
is reserved "$(lambda put-function-concurrency --function-name tagged --reserved-concurrent-executions 7 --query ReservedConcurrentExecutions)" 7
is 'read back' "$(lambda get-function-concurrency --function-name tagged --query ReservedConcurrentExecutions)" 7
is 'unreserved' "$(lambda get-account-settings --query AccountLimit.UnreservedConcurrentExecutions)" 993
lambda delete-function-concurrency --function-name tagged
is 'gone' "$(lambda get-function-concurrency --function-name tagged --query ReservedConcurrentExecutions)" None
refused 'more than the account has' InvalidParameterValueException \
  lambda put-function-concurrency --function-name tagged --reserved-concurrent-executions 950

lambda put-function-concurrency --function-name tagged --reserved-concurrent-executions 0 > /dev/null
AWS_MAX_ATTEMPTS=1 refused 'a function reserved to nothing' TooManyRequestsException lambda invoke --function-name tagged answer
