using System.Text.Json.Nodes;

namespace Aloft.Tests.Runtimes;

/// <summary>https://docs.aws.amazon.com/lambda/latest/dg/csharp-handler.html</summary>
public sealed class DotnetHandlerTests
{
    [Theory]
    [InlineData("Kinds::Plain")]
    [InlineData("Kinds::Static")]
    [InlineData("Kinds::Promise")]
    [InlineData("Kinds::ValuePromise")]
    [InlineData("Kinds::Streams")]
    [InlineData("Kinds::PromiseOfStream")]
    [InlineData("Kinds::Hidden")]
    public async Task A_handler_answers(string handler)
    {
        await using var host = await DotnetHost.Load(handler);

        for (var round = 0; round < 2; round++)
            Assert.Equal("""{"Value":42}""", (await host.Invoke("""{"a": 42, "note": "é"}""")).Response);
    }

    [Theory]
    [InlineData("Kinds::Nothing")]
    [InlineData("Kinds::NothingLater")]
    [InlineData("Kinds::NothingSoon")]
    [InlineData("Kinds::Null")]
    public async Task No_result_is_null(string handler)
    {
        await using var host = await DotnetHost.Load(handler);

        Assert.Equal("null", (await host.Invoke()).Response);
        Assert.Equal("null", (await host.Invoke()).Response);
    }

    [Fact]
    public async Task Text_is_a_JSON_string()
    {
        await using var host = await DotnetHost.Load("Kinds::Text");

        Assert.Equal("É€😀", (string?)JsonNode.Parse((await host.Invoke("\"é€😀\"")).Response));
        Assert.Equal("JsonSerializerException", (string?)(await host.Invoke("{}")).Error["errorType"]);
    }

    [Fact]
    public async Task The_serializer_that_an_attribute_names_is_used()
    {
        await using var host = await DotnetHost.Load("Kinds::Serialized");

        for (var round = 0; round < 2; round++)
            Assert.Equal("\"backwards cba!\"", (await host.Invoke("\"abc\"")).Response);
    }

    [Fact]
    public async Task One_instance_serves_all_invocations()
    {
        await using var host = await DotnetHost.Load("Kinds::Count");

        Assert.Equal(["1", "2", "3"], [(await host.Invoke()).Response, (await host.Invoke()).Response, (await host.Invoke()).Response]);
    }

    [Fact]
    public async Task Large_events_and_answers_go_in_and_out_and_frames_may_be_split()
    {
        await using var host = await DotnetHost.Load("Kinds::Echo");
        var text = $"\"{string.Concat(Enumerable.Repeat("abcdefgh", 750_000))}\"";

        Assert.Equal(text, (await host.Invoke(text)).Response);
        byte[] frames = [.. RuntimeHost.InvokeFrame("""{"n":1}"""), .. RuntimeHost.InvokeFrame("""{"n":2}""")];
        host.Stream.Socket.NoDelay = true;
        for (var split = 1; split < frames.Length; split += 7)
        {
            await host.Send(frames[..split]);
            await host.Send(frames[split..]);
            Assert.Equal("""{"n":1}""", (await host.NextAnswer()).Response);
            Assert.Equal("""{"n":2}""", (await host.NextAnswer()).Response);
        }
        Assert.Equal("{}", (await host.Invoke("")).Response);
    }

    [Theory]
    [InlineData("Other::Any.Type::Method", "Could not find the specified handler assembly with the file name 'Other'. *")]
    [InlineData("SampleFunctions::SampleFunctions.Absent::Method", "Unable to load type 'SampleFunctions.Absent' from assembly 'SampleFunctions'.")]
    [InlineData("SampleFunctions::SampleFunctions.Kinds::Absent", "Unable to find method 'Absent' in type 'SampleFunctions.Kinds' from assembly *")]
    [InlineData("SampleFunctions::Method", "The handler 'SampleFunctions::Method' is not valid. *")]
    [InlineData("SampleFunctions::SampleFunctions.Mistakes::Twice", "Method 'Twice' is there more than once *")]
    [InlineData("SampleFunctions::SampleFunctions.Mistakes::ThreeInputs", "Method 'ThreeInputs' of type 'SampleFunctions.Mistakes' must take *")]
    [InlineData("SampleFunctions::SampleFunctions.Mistakes::Forgotten", "Method 'Forgotten' of type 'SampleFunctions.Mistakes' is 'async void'*")]
    [InlineData("SampleFunctions::SampleFunctions.Mistakes::Generic", "Method 'Generic' of type 'SampleFunctions.Mistakes' is generic*")]
    [InlineData("SampleFunctions::SampleFunctions.Abstract::Handle", "Type 'SampleFunctions.Abstract' cannot be instantiated*")]
    public async Task What_is_no_handler_is_told_at_init(string handler, string message)
    {
        await using var host = await DotnetHost.Boot();

        var (error, logs) = await host.LoadFailure(handler);

        Assert.Equal("LambdaValidationException", (string?)error["errorType"]);
        Assert.Matches($"^{System.Text.RegularExpressions.Regex.Escape(message).Replace("\\*", ".*")}$", (string?)error["errorMessage"]);
        Assert.Contains("LambdaValidationException", Assert.Single(logs));
        Assert.Equal(1, await host.ExitCode());
    }

    [Fact]
    public async Task A_constructor_that_throws_is_an_init_error_of_its_own_type()
    {
        await using var host = await DotnetHost.Boot();

        var (error, _) = await host.LoadFailure(DotnetHost.Full("FailsToBegin::Handle"));

        Assert.Equal(("InvalidOperationException", "at load"), ((string?)error["errorType"], (string?)error["errorMessage"]));
        Assert.StartsWith("at SampleFunctions.FailsToBegin..ctor()", (string?)Assert.Single(error["stackTrace"]!.AsArray()));
    }
}
