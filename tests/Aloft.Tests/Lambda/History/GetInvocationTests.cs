namespace Aloft.Tests.Lambda.History;

public sealed class GetInvocationTests
{
    [Fact]
    public async Task It_is_told_with_event_and_answer_and_whether_it_is_current()
    {
        await using var bed = await AloftBed.Start((sandbox, _, _) => sandbox.Respond("""{"b":[2]}"""));
        var key = await bed.Engine.Create("f");
        var id = await bed.Invoke(key, """{"a":1}""");

        var told = await bed.Call("GetInvocation", id: id);
        Assert.Equal((1, 2), ((int)told["event"]!["a"]!, (int)told["answer"]!["b"]![0]!));
        Assert.Equal((true, true, true), ((bool)told["eventKept"]!, (bool)told["codeKept"]!, (bool)told["isCurrent"]!));
        Assert.Equal((key.Text, "$LATEST", 7, 9), ((string?)told["functionArn"], (string?)told["version"], (long)told["eventBytes"]!, (long)told["answerBytes"]!));

        await bed.Engine.Registry.Update(key, null, function => function with { MemoryMegabytes = 300 }, CancellationToken.None);
        told = await bed.Call("GetInvocation", id: id);
        Assert.Equal((false, 128), ((bool)told["isCurrent"]!, (int)told["memoryMegabytes"]!));
    }

    [Fact]
    public async Task Half_a_surrogate_pair_is_told_as_the_text_that_it_is()
    {
        const string half = """{"first":"\ud83d"}"""; // what Node makes of "😀".slice(0, 1)
        await using var bed = await AloftBed.Start((sandbox, _, _) => sandbox.Respond(half));
        var told = await bed.Call("GetInvocation", id: await bed.Invoke(await bed.Engine.Create("f"), half));
        Assert.Equal((half, half), ((string?)told["event"], (string?)told["answer"]));
        Assert.Contains("ud83d", told.ToJsonString(), StringComparison.Ordinal);
    }
}
