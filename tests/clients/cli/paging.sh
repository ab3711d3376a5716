# The CLI's own pagination, by small pages and by hand.
source "$(dirname "$0")/_start.sh"

for n in $(seq -w 1 13); do
  lambda create-function --function-name "page-$n" --runtime nodejs20.x --handler index.handler --role "$role" --zip-file fileb://node.zip > /dev/null
done

all=$(lambda list-functions --page-size 5 --query 'Functions[].FunctionName' | tr '\t' '\n' | sort)
is 'all of them, once' "$all" "$(seq -f 'page-%02g' 1 13)"

first=$(lambda list-functions --max-items 4 --query '[length(Functions), NextToken]')
is 'first page' "${first%%$'\t'*}" 4
second=$(lambda list-functions --max-items 20 --starting-token "$(cut -f2 <<< "$first")" --query 'length(Functions)')
is 'the rest' "$second" 9
