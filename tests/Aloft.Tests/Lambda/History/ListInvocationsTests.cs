using System.Text;

namespace Aloft.Tests.Lambda.History;

public sealed class ListInvocationsTests
{
    [Fact]
    public async Task Figures_are_listed_the_last_first_without_payloads()
    {
        await using var bed = await AloftBed.Start((sandbox, _, payload) =>
            Encoding.UTF8.GetString(payload) == "1" ? sandbox.Error("""{"errorType":"E","errorMessage":"m"}""") : sandbox.Respond("2"));
        var (one, two) = (await bed.Engine.Create("one"), await bed.Engine.Create("two"));
        var failed = await bed.Invoke(one, "1");
        var well = await bed.Invoke(two, "2");

        var all = (await bed.Call("ListInvocations"))["invocations"]!.AsArray();
        Assert.Equal([$"{well}", $"{failed}"], all.Select(entry => (string?)entry!["requestId"]));
        Assert.Equal(("two", "answered", "invoke", null), ((string?)all[0]!["functionName"], (string?)all[0]!["outcome"], (string?)all[0]!["source"], all[0]!["event"]));
        Assert.Equal([$"{failed}"], (await bed.Call("ListInvocations", "Failed=true"))["invocations"]!.AsArray().Select(entry => (string?)entry!["requestId"]));
        Assert.Single((await bed.Call("ListInvocations", "FunctionName=two&Limit=1"))["invocations"]!.AsArray());
        Assert.Empty((await bed.Call("ListInvocations", $"Since={DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()}"))["invocations"]!.AsArray());
    }

    [Theory]
    [InlineData("Limit=0", "ValidationException")]
    [InlineData("Limit=x", "SerializationException")]
    [InlineData("Since=-1", "ValidationException")]
    [InlineData("Failed=perhaps", "SerializationException")]
    [InlineData("FunctionName=a%20b", "ValidationException")]
    [InlineData("FunctionName=f:1", "InvalidParameterValueException")]
    [InlineData("Colour=red", "InvalidParameterValueException")]
    public async Task Wrong_input_is_refused(string query, string code)
    {
        await using var bed = await AloftBed.Start((_, _, _) => Task.CompletedTask);
        await bed.Fails(code, 400, "ListInvocations", query);
    }

    [Fact]
    public async Task A_node_that_remembers_nothing_says_so()
    {
        await using var bed = await AloftBed.Start((sandbox, _, _) => sandbox.Respond("1"), remembers: new(TimeSpan.Zero, 1));
        var id = await bed.Invoke(await bed.Engine.Create("f"));
        foreach (var (operation, request) in ((string, string?)[])[("ListInvocations", null), ("GetBill", null), ("GetInvocation", $"{id}"), ("ReplayInvocation", $"{id}")])
            Assert.Contains("--history-days", await bed.Fails("HistoryOffException", 400, operation, id: request), StringComparison.Ordinal);
    }
}
