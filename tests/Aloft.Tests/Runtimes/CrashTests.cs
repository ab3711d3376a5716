using Aloft.Platform.Functions.Standby;

namespace Aloft.Tests.Runtimes;

/// <summary>Runtimes that do not survive: what still gets out, and the exit status.</summary>
public sealed class CrashTests
{
    [Theory]
    [Node("exports.handler = () => { setTimeout(() => { throw new TypeError('boom'); }, 1); };", "TypeError", "boom", 129)]
    [Node("exports.handler = () => { Promise.reject(new Error('boom')); };", "Runtime.UnhandledPromiseRejection", "Error: boom", 128)]
    [Node("exports.handler = () => { Promise.reject('text'); };", "Runtime.UnhandledPromiseRejection", "text", 128)]
    public async Task What_nobody_catches_answers_the_running_invocation_and_ends_the_process(
        Language language, string code, string type, string message, int status)
    {
        await using var host = await RuntimeHost.Load(language, code);

        var answer = await host.Invoke();

        Assert.Equal(Received.Fatal, answer.Kind);
        Assert.Equal(type, (string?)answer.Error["errorType"]);
        Assert.Equal(message, (string?)answer.Error["errorMessage"]);
        Assert.Contains(type, Assert.Single(answer.Logs));
        Assert.Empty(await host.Rest());
        Assert.Equal(status, await host.ExitCode());
    }

    [Theory]
    [Node("exports.handler = async () => { process.stdout.write('last words'); process.exit(3); };")]
    [Python("import sys\ndef handler(event, context):\n  sys.stdout.write('last words')\n  sys.exit(3)")]
    public async Task A_handler_that_exits_leaves_its_last_words_and_no_answer(Language language, string code)
    {
        await using var host = await RuntimeHost.Load(language, code);

        await host.Send(RuntimeHost.InvokeFrame("{}"));
        var frames = await host.Rest();

        Assert.Equal("last words", RuntimeHost.LogText(Assert.Single(frames)));
        Assert.Equal(3, await host.ExitCode());
        Assert.Equal((3, true), host.Left);
    }

    [Theory]
    [Node("exports.handler = async () => { setTimeout(() => process.exit(137), 1); };", 137)]
    [Node("exports.handler = async () => { setTimeout(() => { throw new Error('late'); }, 1); };", 129)]
    [Node("exports.handler = async () => { (async () => { throw new Error('floating'); })(); };", 128)]
    public async Task A_runtime_that_exits_between_two_invocations_says_that_it_has_begun_nothing(Language language, string code, int status)
    {
        await using var host = await RuntimeHost.Load(language, code);

        Assert.Equal("null", (await host.Invoke()).Response);
        var logs = (await host.Rest()).Select(RuntimeHost.LogText);

        Assert.All(logs, line => Assert.Contains(RuntimeHost.RequestId, line)); // of the invocation that left it behind
        Assert.Equal((status, false), host.Left);
        Assert.Equal(status, await host.ExitCode());
    }

    [Theory]
    [Node("Promise.reject(new RangeError('boom')); exports.handler = async () => 1;")]
    public async Task A_rejection_that_nobody_handles_while_code_is_loaded_is_an_init_error(Language language, string code)
    {
        await using var host = await RuntimeHost.Boot(language, [("index.js", code)]);

        var (error, _) = await host.LoadFailure("index.handler");

        Assert.Equal("Runtime.UnhandledPromiseRejection", (string?)error["errorType"]);
        Assert.Equal("RangeError: boom", (string?)error["errorMessage"]);
        Assert.Equal(128, await host.ExitCode());
    }

    [Theory]
    [Node("process.exit(0);", 0)]
    [Node("process.exit(4);", 4)]
    [Python("import sys\nsys.exit(0)", 0)]
    [Python("import sys\nsys.exit(4)", 4)]
    [Python("import os\nos._exit(5)", 5)]
    public async Task An_exit_while_code_is_loaded_gives_no_answer(Language language, string code, int status)
    {
        await using var host = await RuntimeHost.Boot(language, [(RuntimeHost.FileOf(language), code)]);

        await host.Init("index.handler");

        Assert.Empty(await host.Rest());
        Assert.Equal(status, await host.ExitCode());
    }

    [Theory, Node]
    public async Task An_uncaught_exception_while_code_is_loaded_is_an_init_error(Language language)
    {
        await using var host = await RuntimeHost.Boot(
            language, [("index.mjs", "setTimeout(() => { throw new RangeError('boom'); }, 1); await new Promise(() => {}); export const handler = 1;")]);

        var (error, _) = await host.LoadFailure("index.handler");

        Assert.Equal("RangeError", (string?)error["errorType"]);
        Assert.Equal(129, await host.ExitCode());
    }

    [Theory, Node]
    public async Task A_module_whose_promise_never_settles_is_an_init_error(Language language)
    {
        await using var host = await RuntimeHost.Boot(language, [("index.mjs", "await new Promise(() => {}); export const handler = 1;")]);

        var (error, _) = await host.LoadFailure("index.handler");

        Assert.Equal("Runtime.NodeJsExit", (string?)error["errorType"]);
    }

    [Theory]
    [Node("process.on('SIGTERM', () => {}); exports.handler = async () => { process.kill(process.pid, 'SIGKILL'); };")]
    [Python("import os, signal\ndef handler(event, context): os.kill(os.getpid(), signal.SIGKILL)")]
    public async Task A_killed_runtime_closes_the_channel(Language language, string code)
    {
        await using var host = await RuntimeHost.Load(language, code);

        await host.Send(RuntimeHost.InvokeFrame("{}"));

        Assert.Empty(await host.Rest());
        Assert.Equal(128 + 9, await host.ExitCode());
    }
}
