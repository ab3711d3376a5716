using System.Text.Json;
using System.Text.Json.Nodes;

namespace Aloft.Tests.EndToEnd;

/// <summary>What a function finds around it. https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html</summary>
[Collection(RealProgram.Name)]
public sealed class FunctionEnvironmentTests(SharedProgram shared) : IClassFixture<SharedProgram>
{
    const string NodeEnvironment = "exports.handler = async () => ({ environment: process.env, folder: process.cwd() });";
    const string PythonEnvironment = "import os\ndef handler(event, context):\n    return {'environment': dict(os.environ), 'folder': os.getcwd()}\n";

    [Theory]
    [InlineData("nodejs20.x", "index.js", NodeEnvironment)]
    [InlineData("python3.11", "index.py", PythonEnvironment)]
    public async Task Variables_are_those_of_AWS(string runtime, string file, string source)
    {
        using var lambda = shared.Program.Lambda();
        var name = await lambda.Create(
            new FunctionSource(runtime, "index.handler", Package.Of((file, source))),
            memoryMegabytes: 192,
            more: new JsonObject { ["Environment"] = new JsonObject { ["Variables"] = new JsonObject { ["MINE"] = "käse", ["EMPTY"] = "" } } });
        var answer = (await lambda.Invoke(name)).Json;
        var environment = answer.GetProperty("environment");

        Assert.Equal(name, Variable("AWS_LAMBDA_FUNCTION_NAME"));
        Assert.Equal("$LATEST", Variable("AWS_LAMBDA_FUNCTION_VERSION"));
        Assert.Equal("192", Variable("AWS_LAMBDA_FUNCTION_MEMORY_SIZE"));
        Assert.Equal("on-demand", Variable("AWS_LAMBDA_INITIALIZATION_TYPE"));
        Assert.Equal($"/aws/lambda/{name}", Variable("AWS_LAMBDA_LOG_GROUP_NAME"));
        Assert.Contains("[$LATEST]", Variable("AWS_LAMBDA_LOG_STREAM_NAME"), StringComparison.Ordinal);
        Assert.Equal("us-east-1", Variable("AWS_REGION"));
        Assert.Equal("us-east-1", Variable("AWS_DEFAULT_REGION"));
        Assert.Equal($"AWS_Lambda_{runtime}", Variable("AWS_EXECUTION_ENV"));
        Assert.Equal("index.handler", Variable("_HANDLER"));
        Assert.Equal("/var/task", Variable("LAMBDA_TASK_ROOT"));
        Assert.Equal("/var/runtime", Variable("LAMBDA_RUNTIME_DIR"));
        Assert.Equal(":UTC", Variable("TZ"));
        Assert.Equal("/var/task", Variable("PWD"));
        Assert.Equal("LOG_ERROR", Variable("AWS_XRAY_CONTEXT_MISSING"));
        if (file == "index.js")
            Assert.Equal("/opt/nodejs/node20/node_modules:/opt/nodejs/node_modules:/var/runtime/node_modules:/var/task", Variable("NODE_PATH"));
        Assert.Equal("käse", Variable("MINE"));
        Assert.Equal("", Variable("EMPTY"));
        Assert.Contains("/usr/bin", Variable("PATH"), StringComparison.Ordinal);
        Assert.All(new[] { "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_ENDPOINT_URL" }, one => Assert.NotEqual("", Variable(one)));
        Assert.Matches("^Root=1-[0-9a-f]{8}-[0-9a-f]{24};Parent=[0-9a-f]{16};Sampled=0$", Variable("_X_AMZN_TRACE_ID"));
        Assert.Equal("/var/task", answer.GetProperty("folder").GetString());

        string Variable(string variable) => environment.TryGetProperty(variable, out var value) ? value.GetString()! : $"({variable} is not set)";
    }

    [Fact]
    public async Task Nothing_of_the_host_leaks_in()
    {
        await using var program = await AloftProgram.Start(environment: new Dictionary<string, string> { ["HOST_SECRET"] = "leaked" });
        using var lambda = program.Lambda();
        foreach (var source in new[] { FunctionSource.Node(NodeEnvironment), FunctionSource.Python(PythonEnvironment) })
        {
            var name = await lambda.Create(source);
            Assert.DoesNotContain("leaked", (await lambda.Invoke(name)).Text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Node_context_is_whole()
    {
        using var lambda = shared.Program.Lambda();
        var name = await lambda.Create(FunctionSource.NodeModule("""
            export const handler = async (event, context) => ({ ...context, remaining: context.getRemainingTimeInMillis() });
            """), timeoutSeconds: 9);
        var answer = await lambda.Invoke(name);
        Check(name, lambda.Account, answer, answer.Json, remaining: "remaining", camel: true);
    }

    [Fact]
    public async Task Python_context_is_whole()
    {
        using var lambda = shared.Program.Lambda();
        var name = await lambda.Create(FunctionSource.Python("""
            def handler(event, context):
                names = ('function_name', 'function_version', 'invoked_function_arn', 'memory_limit_in_mb', 'aws_request_id',
                         'log_group_name', 'log_stream_name')
                return {**{name: getattr(context, name) for name in names}, 'remaining': context.get_remaining_time_in_millis()}

            """), timeoutSeconds: 9);
        var answer = await lambda.Invoke(name);
        Check(name, lambda.Account, answer, answer.Json, remaining: "remaining", camel: false);
    }

    [Fact]
    public async Task Tmp_is_writable_and_the_code_is_not()
    {
        using var lambda = shared.Program.Lambda();
        var name = await lambda.Create(FunctionSource.Node("""
            const fs = require('fs');
            const attempt = path => { try { fs.writeFileSync(path, 'x'); return 'written'; } catch (error) { return error.code; } };
            exports.handler = async () => ({
              tmp: attempt('/tmp/a'), task: attempt('/var/task/a'), usr: attempt('/usr/a'), root: attempt('/a'),
            });
            """));
        var answer = (await lambda.Invoke(name)).Json;
        Assert.Equal("written", answer.GetProperty("tmp").GetString());
        Assert.All(new[] { "task", "usr", "root" }, folder => Assert.Contains(answer.GetProperty(folder).GetString(), new[] { "EROFS", "EACCES" }));
    }

    [Fact]
    public async Task Tmp_is_as_large_as_was_asked_for_and_what_does_not_fit_is_ENOSPC()
    {
        using var lambda = shared.Program.Lambda();
        var name = await lambda.Create(
            FunctionSource.Python("""
                import os
                def handler(event, context):
                    written = 0
                    try:
                        with open('/tmp/large', 'wb', buffering=0) as file:
                            while written < event:
                                written += file.write(bytes(1 << 20)) / (1 << 20)
                    except OSError as error:
                        return [written, error.strerror]
                    finally:
                        os.remove('/tmp/large')
                    return [written, None]
                """),
            timeoutSeconds: 60, memoryMegabytes: 1024);
        Assert.Equal("[512.0, \"No space left on device\"]", (await lambda.Invoke(name, "600")).Text);
        Assert.Equal("[500.0, null]", (await lambda.Invoke(name, "500")).Text); // what was removed is free again

        var changed = await lambda.Send(
            HttpMethod.Put, $"/2015-03-31/functions/{name}/configuration",
            new JsonObject { ["EphemeralStorage"] = new JsonObject { ["Size"] = 640 } });
        Assert.Equal(200, changed.Status);
        await lambda.UntilUpdated(name);
        Assert.Equal("[600.0, null]", (await lambda.Invoke(name, "600")).Text);
    }

    [Fact]
    public async Task Instance_is_reused_with_its_state_and_tmp()
    {
        using var lambda = shared.Program.Lambda();
        var name = await lambda.Create(FunctionSource.Python("calls = 0\ndef handler(event, context):\n    global calls\n    calls += 1\n    return calls\n"));
        for (var call = 1; call <= 5; call++)
            Assert.Equal($"{call}", (await lambda.Invoke(name)).Text);
    }

    [Fact]
    public async Task Runtime_that_is_not_installed_runs_on_the_nearest_and_says_so()
    {
        using var lambda = shared.Program.Lambda();
        var name = await lambda.Create(new FunctionSource("nodejs16.x", "index.handler", FunctionSource.Echo.Zip));
        Assert.Equal("5", (await lambda.Invoke(name, "5")).Text);
        var lines = await Eventually.Get(
            async () => await lambda.LogLines(name) is [_, ..] found ? found : null, "the log is readable");
        Assert.Contains(lines, line => line.StartsWith("INIT_START", StringComparison.Ordinal) && line.Contains("nodejs", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Shell_bootstrap_serves_the_Runtime_API()
    {
        using var lambda = shared.Program.Lambda();
        var name = await lambda.Create(FunctionSource.ShellEcho);
        for (var call = 0; call < 3; call++)
            Assert.Equal($$"""{"call":{{call}}}""", (await lambda.Invoke(name, $$"""{"call":{{call}}}""")).Text);
        Assert.Contains("shell got ", (await lambda.Invoke(name, tail: true)).LogTail, StringComparison.Ordinal);
    }

    static void Check(string name, string account, WireAnswer answer, JsonElement context, string remaining, bool camel)
    {
        Assert.Equal(name, context.GetProperty(camel ? "functionName" : "function_name").GetString());
        Assert.Equal("$LATEST", context.GetProperty(camel ? "functionVersion" : "function_version").GetString());
        Assert.Equal(
            $"arn:aws:lambda:us-east-1:{account}:function:{name}",
            context.GetProperty(camel ? "invokedFunctionArn" : "invoked_function_arn").GetString());
        Assert.Equal("256", context.GetProperty(camel ? "memoryLimitInMB" : "memory_limit_in_mb").ToString());
        Assert.Equal(answer.Header("x-amzn-RequestId"), context.GetProperty(camel ? "awsRequestId" : "aws_request_id").GetString());
        Assert.Equal($"/aws/lambda/{name}", context.GetProperty(camel ? "logGroupName" : "log_group_name").GetString());
        Assert.InRange(context.GetProperty(remaining).GetInt32(), 1, 9000);
    }
}
