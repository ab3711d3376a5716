# A function URL, and the package back from Code.Location.
source "$(dirname "$0")/_start.sh"

lambda create-function --function-name web --runtime nodejs20.x --handler index.handler --role "$role" --zip-file fileb://url.zip > /dev/null
lambda wait function-active-v2 --function-name web

url=$(lambda create-function-url-config --function-name web --auth-type NONE --query FunctionUrl)
is 'read back' "$(lambda get-function-url-config --function-name web --query FunctionUrl)" "$url"
answer=$(curl -sS -w '\n%{http_code}' "${url}some/path?q=1")
is status "${answer##*$'\n'}" 201
has event "$answer" '"rawPath":"/some/path"'
has query "$answer" '"rawQueryString":"q=1"'
lambda delete-function-url-config --function-name web
refused 'a deleted URL' ResourceNotFoundException lambda get-function-url-config --function-name web

curl -sSf -o back.zip "$(lambda get-function --function-name web --query Code.Location)"
cmp back.zip url.zip || { echo 'Code.Location is not the package'; exit 1; }
