# The CLI's own pagination, by small pages and by hand.
source "$(dirname "$0")/_start.sh"

for n in $(seq -w 1 13); do
  lambda create-function --function-name "page-$n" --runtime nodejs20.x --handler index.handler --role "$role" --zip-file fileb://node.zip > /dev/null
done

all=$(lambda list-functions --page-size 5 --query 'Functions[].FunctionName' | tr '\t' '\n' | sort)
is 'all of them, once' "$all" "$(seq -f 'page-%02g' 1 13)"

first=$(/usr/bin/aws --endpoint-url "$AWS_ENDPOINT_URL" --output json lambda list-functions --max-items 4)
is 'first page' "$(grep -c FunctionName <<< "$first")" 4
token=$(sed -n 's/.*"NextToken": "\([^"]*\)".*/\1/p' <<< "$first")
second=$(/usr/bin/aws --endpoint-url "$AWS_ENDPOINT_URL" --output json lambda list-functions --max-items 20 --starting-token "$token")
is 'the rest' "$(grep -c FunctionName <<< "$second")" 9
