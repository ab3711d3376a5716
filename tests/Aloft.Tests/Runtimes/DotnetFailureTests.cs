using System.Text.Json.Nodes;

namespace Aloft.Tests.Runtimes;

/// <summary>https://docs.aws.amazon.com/lambda/latest/dg/csharp-exceptions.html</summary>
public sealed class DotnetFailureTests
{
    [Theory]
    [InlineData("Mistakes::Throws", "InvalidOperationException", "boom")]
    [InlineData("Mistakes::ThrowsLater", "InvalidOperationException", "boom")]
    [InlineData("Mistakes::Unwritable", "JsonSerializerException", "Error converting the response object of type System.Object*")]
    [InlineData("Mistakes::TooLarge", "Function.ResponseSizeTooLarge", "Response payload size exceeded maximum allowed payload size (6291556 bytes).")]
    [InlineData("Logging::Unknown", "NotSupportedException", "SampleFunctions.Core.ILambdaContext.get_Unheard is not known to Aloft's .NET runtime.")]
    public async Task A_failure_is_answered_and_the_next_invocation_works(string handler, string type, string message)
    {
        await using var host = await DotnetHost.Boot();
        host.Adjust = init => init["memoryMegabytes"] = 1024;
        await host.Load(DotnetHost.Full(handler));

        for (var round = 0; round < 2; round++)
        {
            var answer = await host.Invoke();

            Assert.Equal(type, (string?)answer.Error["errorType"]);
            Assert.StartsWith(message.TrimEnd('*'), (string?)answer.Error["errorMessage"]);
            Assert.Contains(type, Assert.Single(answer.Logs));
        }
    }

    [Fact]
    public async Task An_error_has_the_function_s_own_frames_and_its_cause()
    {
        await using var host = await DotnetHost.Load("Mistakes::Throws");

        var error = (await host.Invoke()).Error;

        Assert.Equal(["errorType", "errorMessage", "stackTrace", "cause"], error.AsObject().Select(field => field.Key));
        Assert.Equal("at SampleFunctions.Mistakes.Throws()", (string?)Assert.Single(error["stackTrace"]!.AsArray()));
        Assert.Equal("""{"errorType":"ArgumentException","errorMessage":"why","stackTrace":[]}""", error["cause"]!.ToJsonString());
    }

    [Fact]
    public async Task Several_causes_are_all_told()
    {
        await using var host = await DotnetHost.Load("Mistakes::Several");

        var causes = (await host.Invoke()).Error["causes"]!.AsArray();

        Assert.Equal(["InvalidOperationException", "ArgumentException"], causes.Select(cause => (string?)cause!["errorType"]));
    }

    [Fact]
    public async Task What_nobody_catches_answers_the_running_invocation_and_ends_the_process()
    {
        await using var host = await DotnetHost.Load("Mistakes::Crashes");

        var answer = await host.Invoke();

        Assert.Equal(Received.Fatal, answer.Kind);
        Assert.Equal("InvalidOperationException", (string?)answer.Error["errorType"]);
        Assert.Empty(await host.Rest());
        Assert.Equal(134, await host.ExitCode());
    }

    [Fact]
    public async Task A_handler_that_exits_leaves_its_last_words_and_no_answer()
    {
        await using var host = await DotnetHost.Load("Mistakes::Exits");

        await host.Send(RuntimeHost.InvokeFrame("{}"));

        Assert.EndsWith("\tinfo\tlast words", RuntimeHost.LogText(Assert.Single(await host.Rest())));
        Assert.Equal(3, await host.ExitCode());
    }

    [Fact]
    public async Task Memory_ends_in_an_exception_before_the_sandbox_s_limit()
    {
        await using var host = await DotnetHost.Load("Kinds::FillMemory");

        Assert.Equal("OutOfMemoryException", (string?)(await host.Invoke()).Error["errorType"]);
    }

    [Theory]
    [InlineData(128)]
    [InlineData(10240)]
    public async Task The_heap_has_three_quarters_of_the_function_s_memory(int megabytes)
    {
        await using var host = await DotnetHost.Boot();
        host.Adjust = init => init["memoryMegabytes"] = megabytes;
        await host.Load(DotnetHost.Full("Kinds::HeapLimit"));

        Assert.Equal(megabytes * 3L / 4 * 1024 * 1024, JsonNode.Parse((await host.Invoke()).Response)!.GetValue<long>());
    }
}
