# Create, wait, invoke, update code and configuration, delete.
source "$(dirname "$0")/_start.sh"

create hello --timeout 5 --description 'first of its kind' --environment 'Variables={COLOR=red}'
is state "$(lambda get-function-configuration --function-name hello --query State)" Active
is description "$(lambda get-function --function-name hello --query Configuration.Description)" 'first of its kind'
is 'code size' "$(lambda get-function --function-name hello --query Configuration.CodeSize)" "$(stat -c %s node.zip)"
is 'code digest' "$(lambda get-function --function-name hello --query Configuration.CodeSha256)" "$(openssl dgst -sha256 -binary node.zip | base64)"
refused 'creating it twice' ResourceConflictException create hello

is status "$(lambda invoke --function-name hello --cli-binary-format raw-in-base64-out --payload '{"n":7}' --query StatusCode answer)" 200
has answer "$(cat answer)" '"event":{"n":7}'
has environment "$(cat answer)" '"color":"red"'
is version "$(lambda invoke --function-name hello --query ExecutedVersion answer)" '$LATEST'

lambda update-function-code --function-name hello --zip-file fileb://node2.zip > /dev/null
lambda wait function-updated-v2 --function-name hello
lambda invoke --function-name hello answer > /dev/null
has 'updated code' "$(cat answer)" '"code":2'

lambda update-function-configuration --function-name hello --timeout 9 --memory-size 192 --environment 'Variables={COLOR=blue}' > /dev/null
lambda wait function-updated-v2 --function-name hello
is timeout "$(lambda get-function-configuration --function-name hello --query Timeout)" 9
is memory "$(lambda get-function-configuration --function-name hello --query MemorySize)" 192
lambda invoke --function-name hello answer > /dev/null
has 'updated environment' "$(cat answer)" '"color":"blue"'

lambda delete-function --function-name hello
refused 'reading a deleted function' ResourceNotFoundException lambda get-function --function-name hello
refused 'invoking a deleted function' ResourceNotFoundException lambda invoke --function-name hello answer
