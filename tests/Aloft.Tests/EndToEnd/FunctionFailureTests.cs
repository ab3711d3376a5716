using System.Text.Json.Nodes;

namespace Aloft.Tests.EndToEnd;

/// <summary>Each way in which a function can fail: its caller gets AWS's error, the log says it, and the next invocation works.</summary>
[Collection(RealProgram.Name)]
public sealed class FunctionFailureTests(SharedProgram shared) : IClassFixture<SharedProgram>
{
    [Fact]
    public async Task Node_error_has_its_type_message_and_trace()
    {
        var failed = await Fails(FunctionSource.Node("exports.handler = async () => { throw new TypeError('no good'); };"), "TypeError");
        Assert.Equal("no good", failed.FunctionErrorMessage);
        Assert.StartsWith("TypeError: no good", failed.Json.GetProperty("trace")[0].GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Node_callback_error_is_a_function_error()
    {
        var failed = await Fails(FunctionSource.Node("exports.handler = (event, context, done) => done(new RangeError('too far'));"), "RangeError");
        Assert.Equal("too far", failed.FunctionErrorMessage);
    }

    [Fact]
    public async Task Python_error_has_its_type_message_and_stack()
    {
        var failed = await Fails(FunctionSource.Python("def handler(event, context):\n    return {}['missing']\n"), "KeyError");
        Assert.Equal("'missing'", failed.FunctionErrorMessage);
        Assert.Contains("return {}['missing']", failed.Json.GetProperty("stackTrace")[0].GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Custom_runtime_reports_its_own_error()
    {
        var failed = await Fails(FunctionSource.Shell("""
            #!/bin/sh
            api="http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime/invocation"
            while true; do
              curl -sS -D /tmp/headers "$api/next" > /dev/null
              id=$(sed -n 's/^lambda-runtime-aws-request-id: *\([^\r]*\).*/\1/Ip' /tmp/headers)
              curl -sS -X POST -H 'Lambda-Runtime-Function-Error-Type: Shell.Sad' \
                -d '{"errorType":"Shell.Sad","errorMessage":"by hand"}' "$api/$id/error" > /dev/null
            done
            """), "Shell.Sad");
        Assert.Equal("by hand", failed.FunctionErrorMessage);
    }

    [Theory]
    [InlineData("node", "exports.handler = () => new Promise(() => setInterval(() => {}, 1000));")]
    [InlineData("node", "exports.handler = async () => { while (true); };")]
    [InlineData("python", "import time\ndef handler(event, context):\n    time.sleep(60)\n")]
    [InlineData("shell", "#!/bin/sh\ncurl -sS http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime/invocation/next > /dev/null\nsleep 60\n")]
    public async Task Time_out_names_the_limit(string language, string source)
    {
        using var lambda = shared.Program.Lambda();
        var name = await lambda.Create(Source(language, source), timeoutSeconds: 1);
        var failed = await lambda.Invoke(name, tail: true);

        Assert.Equal("Unhandled", failed.FunctionError);
        Assert.Contains("Task timed out after 1.00 seconds", failed.FunctionErrorMessage, StringComparison.Ordinal);
        Assert.Contains("Task timed out after 1.00 seconds", failed.LogTail, StringComparison.Ordinal);
        Assert.Contains("Status: timeout", failed.LogTail, StringComparison.Ordinal);
        await NextInvocationWorks(lambda, name);
    }

    [Theory]
    [InlineData("node", "exports.handler = async () => { const kept = []; while (true) kept.push(Buffer.alloc(1 << 20, 1)); };")]
    [InlineData("python", "def handler(event, context):\n    kept = []\n    while True:\n        kept.append(b'x' * (1 << 20))\n")]
    public async Task Memory_limit_kills_the_function(string language, string source)
    {
        using var lambda = shared.Program.Lambda();
        var name = await lambda.Create(Source(language, source), memoryMegabytes: 128, timeoutSeconds: 30);
        var failed = await lambda.Invoke(name);

        Assert.Equal("Unhandled", failed.FunctionError);
        Assert.Equal("Runtime.OutOfMemory", failed.FunctionErrorType);
        Assert.EndsWith("Error: Runtime exited with error: signal: killed", failed.FunctionErrorMessage, StringComparison.Ordinal);
        await NextInvocationWorks(lambda, name);
    }

    [Theory]
    [InlineData("node", "exports.handler = async () => process.exit(3);", "exit status 3")]
    [InlineData("node", "exports.handler = async () => process.kill(process.pid, 'SIGKILL');", "signal: killed")]
    [InlineData("python", "import os\ndef handler(event, context):\n    os._exit(4)\n", "exit status 4")]
    [InlineData("python", "import os\ndef handler(event, context):\n    os.abort()\n", "signal: aborted")]
    public async Task Crash_is_an_exit_error(string language, string source, string how)
    {
        var failed = await Fails(Source(language, source), "Runtime.ExitError");
        Assert.Equal($"RequestId: {failed.Header("x-amzn-RequestId")} Error: Runtime exited with error: {how}", failed.FunctionErrorMessage);
    }

    [Fact]
    public async Task Exit_without_a_status_gives_no_reason()
    {
        var failed = await Fails(FunctionSource.Node("exports.handler = async () => process.exit(0);"), "Runtime.ExitError");
        Assert.EndsWith("Error: Runtime exited without providing a reason", failed.FunctionErrorMessage, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("node", "process.exit(5);", "Runtime.ExitError")]
    [InlineData("node", "throw new Error('at load');", "Error")]
    [InlineData("node", "exports.other = 1;", "Runtime.HandlerNotFound")]
    [InlineData("node", "require('not-here');", "Runtime.ImportModuleError")]
    [InlineData("node", "exports.handler = {{{", "Runtime.UserCodeSyntaxError")]
    [InlineData("python", "import os\nos._exit(6)\n", "Runtime.ExitError")]
    [InlineData("python", "raise ValueError('at load')\n", "ValueError")]
    [InlineData("python", "other = 1\n", "Runtime.HandlerNotFound")]
    [InlineData("python", "import not_here\n", "Runtime.ImportModuleError")]
    [InlineData("python", "def handler(:\n", "Runtime.UserCodeSyntaxError")]
    [InlineData("shell", "#!/bin/sh\nexit 7\n", "Runtime.ExitError")]
    public async Task Code_that_does_not_load_is_told(string language, string source, string errorType) =>
        await Fails(Source(language, source), errorType);

    [Fact]
    public async Task Missing_module_file_is_an_import_error()
    {
        var failed = await Fails(new FunctionSource("nodejs20.x", "nowhere.handler", Package.Of(("index.js", ""))), "Runtime.ImportModuleError");
        Assert.Contains("nowhere", failed.FunctionErrorMessage, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Missing_bootstrap_is_an_invalid_entrypoint() =>
        await Fails(new FunctionSource("provided.al2023", "any", Package.Of(("readme", "no bootstrap"))), "Runtime.InvalidEntrypoint");

    /// <summary>Init has ten seconds; then the function's own time-out counts, and the answer names that.</summary>
    [Fact]
    public async Task Init_that_never_ends_times_out()
    {
        using var lambda = shared.Program.Lambda();
        var name = await lambda.Create(FunctionSource.Python("import time\ntime.sleep(300)\ndef handler(event, context):\n    return 1\n"), timeoutSeconds: 1);
        var failed = await lambda.Invoke(name);
        Assert.Equal("Sandbox.Timedout", failed.FunctionErrorType);
        Assert.Contains("Task timed out after 1.00 seconds", failed.FunctionErrorMessage, StringComparison.Ordinal);
        await NextInvocationWorks(lambda, name);
    }

    [Theory]
    [InlineData("node", "exports.handler = async () => { const a = {}; a.a = a; return a; };", "Error")] // "Unable to stringify response body"
    [InlineData("node", "exports.handler = async () => 10n;", "Error")]
    [InlineData("python", "def handler(event, context):\n    return {1, 2}\n", "Runtime.MarshalError")]
    public async Task Result_that_is_not_JSON_is_an_error(string language, string source, string type) =>
        await Fails(Source(language, source), type);

    [Theory]
    [InlineData("process.nextTick(() => { throw new Error('later'); }); await new Promise(() => {});", "Runtime.UnhandledPromiseRejection", "Error")]
    [InlineData("Promise.reject(new Error('later')); await new Promise(() => setTimeout(() => {}, 5000));", "Runtime.UnhandledPromiseRejection", "Error")]
    public async Task Error_nobody_caught_ends_the_invocation(string body, string either, string or)
    {
        using var lambda = shared.Program.Lambda();
        var name = await lambda.Create(FunctionSource.Node($"exports.handler = async () => {{ {body} }};"));
        var failed = await lambda.Invoke(name);
        Assert.Equal("Unhandled", failed.FunctionError);
        Assert.Contains(failed.FunctionErrorType, new[] { either, or });
        Assert.Contains("later", failed.Text, StringComparison.Ordinal);
        await NextInvocationWorks(lambda, name);
    }

    [Fact]
    public async Task Log_has_the_error_and_the_status()
    {
        using var lambda = shared.Program.Lambda();
        var name = await lambda.Create(FunctionSource.Node("exports.handler = async () => { throw new TypeError('seen in the log'); };"));
        var tail = (await lambda.Invoke(name, tail: true)).LogTail;
        Assert.Contains("ERROR\tInvoke Error", tail, StringComparison.Ordinal);
        Assert.Contains("seen in the log", tail, StringComparison.Ordinal);
    }

    async Task<WireAnswer> Fails(FunctionSource source, string errorType)
    {
        using var lambda = shared.Program.Lambda();
        var name = await lambda.Create(source);
        var failed = await lambda.Invoke(name);
        Assert.True(failed.Status == 200 && failed.FunctionError == "Unhandled", $"{failed}, function error '{failed.FunctionError}'");
        Assert.True(failed.FunctionErrorType == errorType, $"expected {errorType}, got {failed}");
        await NextInvocationWorks(lambda, name);
        return failed;
    }

    static async Task NextInvocationWorks(LambdaWire lambda, string name)
    {
        var code = FunctionSource.Echo;
        var changed = await lambda.Send(HttpMethod.Put, $"/2015-03-31/functions/{name}/configuration", new JsonObject { ["Runtime"] = code.Runtime, ["Handler"] = code.Handler });
        Assert.True(changed.Status == 200, $"UpdateFunctionConfiguration: {changed}");
        await lambda.UntilUpdated(name);
        await lambda.UpdateCode(name, code);
        var answer = await lambda.Invoke(name, """{"still":"here"}""");
        Assert.Equal("""{"still":"here"}""", answer.Text);
    }

    static FunctionSource Source(string language, string text) => language switch
    {
        "node" => FunctionSource.Node(text),
        "python" => FunctionSource.Python(text),
        _ => FunctionSource.Shell(text),
    };
}
